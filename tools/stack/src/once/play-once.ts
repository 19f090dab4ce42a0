import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { z } from 'zod';
import { clientDispatcher } from '../parts/client-dispatcher.js';
import type { DayProgress } from '../sample-crm/play-day.js';
import type { StackFile } from '../stack-file.js';
import { CellEvents, type EventRow } from '../view/cell-events.js';
import { isOver, judgeDay, summariseDay, type Verdict } from './judge-day.js';

/** How long the last record may take to its end after all was sent, in milliseconds. */
const SETTLE_WITHIN_MS = 180_000;
/** How long the sending itself may take, in milliseconds. */
const SEND_WITHIN_MS = 600_000;

const Progress: z.ZodType<DayProgress> = z.object({
  total: z.int(),
  done: z.boolean(),
  events: z.array(
    z.object({
      eventId: z.string(),
      tenant: z.string(),
      purpose: z.string(),
      region: z.string(),
      expected: z.enum(['answered', 'held', 'refused']),
      delivery: z.string(),
    }),
  ),
});

/** How a day ended. */
export interface DayResult {
  readonly verdicts: readonly Verdict[];
  readonly summary: readonly string[];
  readonly asExpected: boolean;
}

/** Follows the sample day to its end: until every record has one, or it takes too long. */
export async function playOnce(
  stack: StackFile,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<DayResult> {
  const dispatcher = await clientDispatcher(stack.sampleCrm.reader);
  const cells = await CellEvents.open(stack);
  let deadline = Date.now() + SEND_WITHIN_MS;
  let settling = false;
  let said = '';
  try {
    for (;;) {
      const day = await progressOf(stack, dispatcher);
      const lineage = await lineageOf(stack, cells);
      const verdicts = day ? judgeDay(day, lineage) : [];
      if (day?.done && !settling) {
        settling = true;
        deadline = Date.now() + SETTLE_WITHIN_MS;
      }
      const over = day !== null && isOver(day, verdicts);
      if (day && (over || Date.now() > deadline || signal.aborted)) {
        const asExpected =
          over && verdicts.length === day.total && verdicts.every((verdict) => verdict.asExpected);
        return { verdicts, summary: summariseDay(day, verdicts), asExpected };
      }
      if (Date.now() > deadline || signal.aborted)
        return { verdicts, summary: ['the sample day did not begin'], asExpected: false };
      const ended = verdicts.filter(({ became }) => became !== 'in-flight' && became !== 'unknown').length;
      const line = day ? `sample day: ${verdicts.length} of ${day.total} sent, ${ended} at their end` : '';
      if (line !== said && line !== '') say(line);
      said = line;
      await sleep(500, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    await dispatcher.close();
    await cells.close();
  }
}

async function progressOf(
  stack: StackFile,
  dispatcher: Awaited<ReturnType<typeof clientDispatcher>>,
): Promise<DayProgress | null> {
  try {
    const { body } = await request(`${stack.sampleCrm.url}/sample-day`, { dispatcher });
    return Progress.nullable().parse(await body.json());
  } catch {
    return null;
  }
}

async function lineageOf(stack: StackFile, cells: CellEvents): Promise<ReadonlyMap<string, EventRow>> {
  const rows = new Map<string, EventRow>();
  for (const region of Object.keys(stack.cells))
    for (const row of (await cells.recent(region, 1000)) ?? [])
      // A record that crosses is known in both cells; where it was received, its whole way is.
      if (row.receivedAt !== null) rows.set(row.eventId, row);
  return rows;
}
