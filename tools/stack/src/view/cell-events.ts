import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { clientDispatcher } from '../parts/client-dispatcher.js';
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

/** Recent events of the cells of a stack, as their administrators read them. */
export class CellEvents {
  private constructor(
    private readonly cells: ReadonlyMap<string, { readonly api: string; readonly dispatcher: Dispatcher }>,
  ) {}

  /** Close it after use. */
  static async open({ cells }: Pick<StackFile, 'cells'>): Promise<CellEvents> {
    const opened = Object.values(cells).map(
      async ({ region, lineage: { api, administrator } }) =>
        [region, { api, dispatcher: await clientDispatcher(administrator) }] as const,
    );
    return new CellEvents(new Map(await Promise.all(opened)));
  }

  /** Newest first; null while lineage of the cell does not answer. */
  async recent(region: string, limit: number): Promise<readonly EventRow[] | null> {
    const cell = this.cells.get(region);
    if (!cell) return null;
    try {
      const { statusCode, body } = await request(`${cell.api}/v1/events?limit=${limit}`, {
        dispatcher: cell.dispatcher,
        signal: AbortSignal.timeout(3_000),
      });
      const text = await body.text();
      return statusCode === 200 ? Events.parse(JSON.parse(text)).events : null;
    } catch {
      return null;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.cells.values()].map(({ dispatcher }) => dispatcher.destroy()));
  }
}
