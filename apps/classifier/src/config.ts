import { CellConfig, DatabaseConfig, loadConfig } from '@bailiwick/platform';
import { z } from 'zod';

/** Environment variables of the classifier. */
const Config = CellConfig.extend(DatabaseConfig.shape).extend({
  /** Folder of the field catalog: one YAML file per CRM object. */
  BAILIWICK_CATALOG_DIR: z.string().min(1),
  /** The cell's key file. */
  BAILIWICK_CELL_KEY_FILE: z.string().min(1),
  /** Countries (ISO 3166-1 alpha-2, separated by commas) whose national phone formats are looked for. */
  BAILIWICK_PHONE_COUNTRIES: z
    .string()
    .default('DE,FR,GB,US')
    .transform((list) => list.split(',').filter((country) => country !== '')),
  /** Records that are classified at once. */
  BAILIWICK_CONCURRENCY: z.coerce.number().int().positive().default(64),
});
export type ClassifierConfig = z.infer<typeof Config>;

/** Reads the configuration of the process; throws `config-invalid`. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): ClassifierConfig => loadConfig(Config, env);
