import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../exit-code.js';
import type { Terminal } from './terminal.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does something once, or with `everyMs` again and again until SIGINT or SIGTERM, which ends its waits by `signal`. Once, what it throws is the answer; again
 * and again, a cell that is away now is tried the next time.
 */
export async function again(
  everyMs: number | undefined,
  work: (signal: AbortSignal) => Promise<void>,
  { warn }: Pick<Terminal, 'warn'>,
): Promise<void> {
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const name of SIGNALS) process.once(name, stop);
  const { signal } = stopping;
  try {
    do {
      await work(signal).catch((thrown: unknown) => {
        if (everyMs === undefined || !(thrown instanceof CliError)) throw thrown;
        warn(thrown.message);
      });
      if (everyMs !== undefined) await sleep(everyMs, undefined, { signal });
    } while (everyMs !== undefined);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
