import { TABLES, topicCatalogue } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { z } from 'zod';

/** How long a cell keeps what, and whose key opens it. */
export const Retention = z
  .object({
    region: z.string(),
    topics: z.array(
      z.object({
        name: z.string(),
        purpose: z.string(),
        retentionMs: z.number().describe('Negative: the last value of each key, for ever.'),
        opens: z.enum(['subject', 'pool', 'nobody']),
      }),
    ),
    tables: z
      .array(
        z.object({
          name: z.string(),
          owner: z.string(),
          purpose: z.string(),
          erasure: z.enum(['key-destroyed', 'deleted', 'nothing-personal']),
          retentionMs: z.number().nullable().describe('Null: for ever.'),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Retention' });
export type Retention = z.infer<typeof Retention>;

/** The retention of a cell, as its catalogues of topics and tables say it. */
export const retentionOf = (cell: CellSpec): Retention => ({
  region: cell.region,
  topics: topicCatalogue(cell).map(({ name, purpose, retentionMs, opens }) => ({
    name,
    purpose,
    retentionMs,
    opens,
  })),
  tables: TABLES.map(({ name, owner, purpose, erasure, retentionMs }) => ({
    name,
    owner,
    purpose,
    erasure,
    retentionMs,
  })),
});
