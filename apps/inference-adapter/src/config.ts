import { TrustBundle, adapterWorkload } from '@bailiwick/contracts';
import { CellConfig, jsonFile, loadConfig } from '@bailiwick/platform';
import { z } from 'zod';

/** Environment variables of the inference-adapter. */
const Config = CellConfig.extend({
  /** The pool that this process is pinned to. */
  BAILIWICK_POOL: z.string().min(1),
  /** Base address of the pool's OpenAI-compatible interface. */
  BAILIWICK_POOL_URL: z.url({ protocol: /^https$/ }),
  /** The pool's key file: `{"x25519PrivateKey": …}`. */
  BAILIWICK_POOL_KEY_FILE: z.string().min(1),
  /** Trust bundle, parsed: whose receipts and control entries count, and to whom dead letters are sealed. */
  BAILIWICK_TRUST_FILE: jsonFile(TrustBundle),
  /** Countries (ISO 3166-1 alpha-2, separated by commas) whose national phone formats are looked for in answers. */
  BAILIWICK_PHONE_COUNTRIES: z
    .string()
    .default('DE,FR,GB,US')
    .transform((list) => list.split(',').filter((country) => country !== '')),
  /** Model calls at once. */
  BAILIWICK_CONCURRENCY: z.coerce.number().int().positive().default(4),
  /** Requests that may lie in the pool's topic; from there on the pool counts as full, and records wait at the router. */
  BAILIWICK_MOST_WAITING: z.coerce.number().int().positive().default(10_000),
  /** How often the adapter reports how its pool is, in milliseconds. */
  BAILIWICK_REPORT_EVERY_MS: z.coerce.number().int().min(100).default(2000),
  /** Path of `nvidia-smi`, only where the pool runs on this very machine: it tells the pool's accelerators. */
  BAILIWICK_NVIDIA_SMI: z.string().min(1).optional(),
}).superRefine((config, context) => {
  const issue = (path: string, message: string): void =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (config.BAILIWICK_WORKLOAD !== adapterWorkload(config.BAILIWICK_POOL))
    issue('BAILIWICK_WORKLOAD', 'is not the identity of the adapter of BAILIWICK_POOL');
  if (config.BAILIWICK_REGION !== config.BAILIWICK_CELL_FILE.region)
    issue('BAILIWICK_REGION', 'is not the region of BAILIWICK_CELL_FILE');
  if (!Object.hasOwn(config.BAILIWICK_TRUST_FILE.cells, config.BAILIWICK_REGION))
    issue('BAILIWICK_TRUST_FILE', 'names no key of this cell');
  if (!config.BAILIWICK_CELL_FILE.pools.some(({ id }) => id === config.BAILIWICK_POOL))
    issue('BAILIWICK_POOL', 'is not a pool of this cell');
});
export type AdapterConfig = z.infer<typeof Config>;

/** Reads the configuration of the process; throws `config-invalid`. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): AdapterConfig => loadConfig(Config, env);
