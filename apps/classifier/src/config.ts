import { CellConfig, DatabaseConfig, listOf, loadConfig, spiffeIds } from '@bailiwick/platform';
import { z } from 'zod';

/** Environment variables of the classifier. */
const Config = CellConfig.extend(DatabaseConfig.shape).extend({
  /** The cell's key file. */
  BAILIWICK_CELL_KEY_FILE: z.string().min(1),
  /** Countries (ISO 3166-1 alpha-2, apart by commas) whose numbers are looked for; all when absent. */
  BAILIWICK_DETECT_COUNTRIES: listOf(/^[A-Z]{2}$/).optional(),
  /** SPIFFE ids, apart by commas, of the administrators who may ask `Classify`; absent: nobody may. */
  BAILIWICK_EXPLAIN_PEERS: spiffeIds.default([]),
  /** SPIFFE ids, apart by commas, of the programs that may call the Presidio-compatible interface; absent: there is none. */
  BAILIWICK_ANALYZE_PEERS: spiffeIds.default([]),
  /** Port of the HTTPS interface (mTLS) for these callers; 0 chooses one; absent: it is not served. */
  BAILIWICK_API_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  /** Age of the last heartbeat of the control-plane from which everything is held, in milliseconds. */
  BAILIWICK_STALE_AFTER_MS: z.coerce.number().int().positive().default(300_000),
  /** Records that are classified at once. */
  BAILIWICK_CONCURRENCY: z.coerce.number().int().positive().default(64),
});
export type ClassifierConfig = z.infer<typeof Config>;

/** Reads the configuration of the process; throws `config-invalid`. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): ClassifierConfig => loadConfig(Config, env);
