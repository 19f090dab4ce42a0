import { median, quantile } from '../figures.js';

/** What a number of clients got who asked one question after the other. */
export interface Load {
  readonly clients: number;
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Answers that were none, by status. */
  readonly failed: Readonly<Record<string, number>>;
}

/** Asks one question and gives the HTTP status. */
export type AskOnce = (n: number) => Promise<number>;

let asked = 0;

/** So many clients at once for so long; the first quarter of the time warms up and does not count. */
export async function chatLoad(ask: AskOnce, clients: number, seconds: number): Promise<Load> {
  const began = performance.now();
  const [counted, ends] = [began + (seconds * 1000) / 4, began + seconds * 1000];
  const taken: number[] = [];
  const failed: Record<string, number> = {};
  const client = async (): Promise<void> => {
    while (performance.now() < ends) {
      const started = performance.now();
      const status = await ask(asked++);
      const now = performance.now();
      if (now < counted || now > ends) continue;
      if (status === 200) taken.push(now - started);
      else failed[status] = (failed[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return {
    clients,
    perSecond: (taken.length * 1000) / (ends - counted),
    medianMs: median(taken),
    p99Ms: quantile(taken, 0.99),
    failed,
  };
}
