import { z } from 'zod';
import type { Look, Searched } from './place.js';

const TIMEOUT_MS = 20_000;
/** Most traces of one service that are read; a canary is young, so its traces are among the newest. */
const TRACES = 200;

async function read(url: string): Promise<Buffer> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status} from ${new URL(url).origin}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** Searches the metrics of services, by workload. */
export const searchMetrics = (
  services: Readonly<Record<string, string>>,
  region: string,
  look: Look,
): Promise<readonly Searched[]> =>
  Promise.all(
    Object.entries(services).map(async ([name, url]) => {
      const bytes = await read(`${url}/metrics`);
      return { kind: 'metric' as const, region, name, bytes: bytes.length, found: look(bytes) };
    }),
  );

/** Searches the traces of every service that Jaeger knows, begun since a time. One Jaeger may hold those of several cells. */
export async function searchTraces(
  jaeger: string,
  region: string,
  look: Look,
  since: number,
): Promise<readonly Searched[]> {
  const known = z.object({ data: z.array(z.string()).nullable() });
  const { data } = known.parse(JSON.parse(String(await read(`${jaeger}/api/services`))));
  const searched: Searched[] = [];
  for (const name of data ?? []) {
    const query = new URLSearchParams({
      service: name,
      start: `${since}000`,
      end: `${Date.now()}000`,
      limit: `${TRACES}`,
    });
    const bytes = await read(`${jaeger}/api/traces?${query.toString()}`);
    searched.push({ kind: 'trace', region, name, bytes: bytes.length, found: look(bytes) });
  }
  return searched;
}
