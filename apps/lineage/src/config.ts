import { CellConfig, DatabaseConfig } from '@bailiwick/platform';
import { z } from 'zod';

/** Environment variables of lineage, beside those of every service of a cell and of one with a database. */
export const LineageConfig = CellConfig.extend({
  ...DatabaseConfig.shape,
  /** Messages of facts in work at once; each waits for its database batch, so this bounds how large batches grow. */
  BAILIWICK_CONCURRENCY: z.coerce.number().int().positive().default(1000),
});
export type LineageConfig = z.infer<typeof LineageConfig>;
