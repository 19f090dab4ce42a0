import { z } from 'zod';
import { askAll, askCell, type Answers } from '../lineage/lineage-api.js';
import type { StackCell } from '../stack/stack-file.js';

/** An erasure as lineage tells it. */
export const Erasure = z.object({
  eventId: z.string(),
  tenant: z.string(),
  subject: z.string().nullable(),
  reason: z.string(),
  at: z.string(),
  region: z.string(),
  keys: z.int(),
  pseudonyms: z.int(),
  certificate: z.string(),
});
export type Erasure = z.infer<typeof Erasure>;

/** Which erasures are asked for. */
export interface ErasureQuery {
  readonly tenant?: string;
  readonly subject?: string;
  readonly limit: number;
}

/** Erasures, a list for each cell. */
export function listErasures(
  cells: readonly StackCell[],
  { tenant, subject, limit }: ErasureQuery,
): Promise<Answers<readonly Erasure[]>> {
  const query = new URLSearchParams({
    ...(tenant && { tenant }),
    ...(subject && { subject }),
    limit: String(limit),
  });
  const List = z.object({ erasures: z.array(Erasure) });
  return askAll(
    cells,
    async (cell) => (await askCell(cell, `/v1/erasures?${query.toString()}`, List))?.erasures ?? [],
  );
}

/** The erasure of this id, from whichever cell did it; undefined when none that answers did. */
export async function findErasure(
  cells: readonly StackCell[],
  eventId: string,
): Promise<Erasure | undefined> {
  const path = `/v1/erasures/${encodeURIComponent(eventId)}`;
  const { answers, failures } = await askAll(cells, (cell) => askCell(cell, path, Erasure));
  const found = answers.find((answer) => answer !== null) ?? undefined;
  if (!found && failures[0]) throw failures[0];
  return found;
}

const Topic = z.object({
  name: z.string(),
  retentionMs: z.number(),
  opens: z.enum(['subject', 'pool', 'nobody']),
});
const Table = z.object({
  name: z.string(),
  retentionMs: z.number().nullable(),
  erasure: z.enum(['key-destroyed', 'deleted', 'nothing-personal']),
});
/** How long a cell keeps what. */
export const Retention = z.object({ region: z.string(), topics: z.array(Topic), tables: z.array(Table) });
export type Retention = z.infer<typeof Retention>;

/** How long each cell keeps what. */
export async function readRetention(cells: readonly StackCell[]): Promise<Answers<Retention>> {
  const { answers, failures } = await askAll(cells, (cell) => askCell(cell, '/v1/retention', Retention));
  return { answers: answers.filter((answer) => answer !== null), failures };
}
