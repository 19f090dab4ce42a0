import { setTimeout as sleep } from 'node:timers/promises';
import { request, type Dispatcher } from 'undici';

/** Resolves when a URL answers 200; until then it asks ten times a second. Rejects when the signal aborts. */
export async function answersOk(url: string, signal: AbortSignal, dispatcher?: Dispatcher): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      const { statusCode, body } = await request(url, { signal, ...(dispatcher && { dispatcher }) });
      await body.dump();
      if (statusCode === 200) return;
    } catch {
      // Not listening yet.
    }
    await sleep(100, undefined, { signal });
  }
}
