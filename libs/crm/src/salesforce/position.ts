import { z } from 'zod';
import { RECORD_ID, type Gap } from './change-event.js';

const Id = z.string().regex(RECORD_ID);

/** A declared gap and how far its reconciliation is. */
const DeclaredGap = z.strictObject({
  /** Why it was declared, a code. */
  reason: z.string().regex(/^[a-z-]{1,40}$/),
  object: z.string(),
  recordIds: z.array(Id).nullable(),
  since: z.int(),
  /** When it was declared, in milliseconds: the stream has caught up when it is there. */
  declaredAt: z.int(),
  /** `now`: before anything more of the stream; `caught-up`: after what the CRM had when the gap was declared. */
  due: z.enum(['now', 'caught-up']),
  /** The last record that was read, in the order of the reading; null before the first. */
  after: z.strictObject({ modified: z.string(), id: Id }).nullable(),
});
export type DeclaredGap = z.infer<typeof DeclaredGap>;

/** Where a source is: written with the records that it follows from, so it is never ahead of them nor behind. */
const Position = z.strictObject({
  /** Opaque, in base64; null: before everything that the CRM still has. */
  replayId: z.base64().nullable(),
  /** Time of the newest thing that was heard from the CRM, in milliseconds; null before the first. */
  seen: z.int().nullable(),
  gaps: z.array(DeclaredGap),
});
export type Position = z.infer<typeof Position>;

/** Before the first event. It is the oldest that the CRM has and never the newest: nothing is left out. */
export const START: Position = { replayId: null, seen: null, gaps: [] };

/** A position as the cursor's text. */
export const formatPosition = (position: Position): string => JSON.stringify(position);

/** Reads a cursor; throws on anything else, because a guess would lose events or repeat them. */
export const parsePosition = (cursor: string | null): Position =>
  cursor === null ? START : Position.parse(JSON.parse(cursor));

/** A position with one more declared gap. */
export const withGap = (
  position: Position,
  reason: string,
  gap: Gap,
  due: DeclaredGap['due'],
  now: number,
): Position => ({
  ...position,
  gaps: [
    ...position.gaps,
    {
      reason,
      object: gap.object,
      recordIds: gap.recordIds === null ? null : [...gap.recordIds],
      since: gap.since,
      declaredAt: now,
      due,
      after: null,
    },
  ],
});

/** Gaps that wait for the stream to catch up are due now when it has come to `at`, in milliseconds. */
export const caughtUpTo = (position: Position, at: number): Position =>
  position.gaps.some(({ due, declaredAt }) => due === 'caught-up' && at >= declaredAt)
    ? {
        ...position,
        gaps: position.gaps.map((gap) => (at >= gap.declaredAt ? { ...gap, due: 'now' as const } : gap)),
      }
    : position;
