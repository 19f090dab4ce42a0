import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack.js';
import { CellEvents, type EventRow } from './cell-events.js';
import { countOutcomes, renderView } from './stack-view.js';

const EVENTS = 200;
const EVERY_MS = 1_000;

/** Shows what flows and what is held until the signal aborts: one screen on a terminal, a line per change elsewhere. */
export async function showLive(stack: Stack, words: readonly string[], signal: AbortSignal): Promise<void> {
  const said = new Map<string, string>();
  const lineage = await CellEvents.open(stack.stackFile);
  while (!signal.aborted) {
    const events = new Map<string, readonly EventRow[] | null>();
    for (const region of Object.keys(stack.stackFile.cells))
      events.set(region, await lineage.recent(region, EVENTS));
    if (process.stdout.isTTY) {
      const down = [...stack.processes.values()].filter(({ pid, isWanted }) => isWanted && pid === undefined);
      const view = { stack: stack.stackFile, events, down: down.map(({ name }) => name), lastWords: words };
      const lines = renderView(view, process.stdout.columns, process.stdout.rows - 1);
      process.stdout.write(`\u001B[H${lines.map((line) => `${line}\u001B[K`).join('\n')}\u001B[J`);
    } else {
      for (const [region, rows] of events) {
        const line = rows === null ? 'lineage does not answer yet' : countOutcomes(rows);
        if (said.get(region) !== line) console.log(`${region}: ${line}`);
        said.set(region, line);
      }
    }
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  await lineage.close();
}
