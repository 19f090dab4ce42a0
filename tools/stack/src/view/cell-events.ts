import { request } from 'undici';
import { z } from 'zod';
import type { StackFile } from '../stack-file.js';

/** Where an event stands, as far as the stack shows it; lineage says more. */
const EventRow = z.object({
  eventId: z.string(),
  tenant: z.string(),
  purpose: z.string(),
  outcome: z.enum(['in-flight', 'answered', 'held', 'denied', 'dead-lettered']),
  reason: z.string().nullable(),
  answeredIn: z.string().nullable(),
  pool: z.string().nullable(),
  receivedAt: z.string().nullable(),
  updatedAt: z.string(),
});
export type EventRow = z.infer<typeof EventRow>;

const Events = z.object({ events: z.array(EventRow) });

/** Recent events of a cell, newest first; null while its lineage does not answer. */
export async function recentEvents(
  stack: StackFile,
  region: string,
  limit: number,
): Promise<readonly EventRow[] | null> {
  const cell = stack.cells[region];
  if (!cell) return null;
  try {
    const { statusCode, body } = await request(`${cell.lineage.http}/v1/events?limit=${limit}`, {
      signal: AbortSignal.timeout(3_000),
    });
    const text = await body.text();
    return statusCode === 200 ? Events.parse(JSON.parse(text)).events : null;
  } catch {
    return null;
  }
}
