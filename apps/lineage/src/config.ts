import { TrustBundle } from '@bailiwick/contracts';
import { CellConfig, DatabaseConfig, jsonFile, spiffeIds } from '@bailiwick/platform';
import { SigningKey, type KeyType } from '@bailiwick/tlog';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Prices } from './analytics/prices.js';
import { OutsideWitness } from './witness/asked-witness.js';
import { KnownLogs } from './witness/known-logs.js';

/** The private key in the file that a variable names. Nothing of the file is told when it holds none. */
const keyFile = (type: KeyType) =>
  z.string().transform((path, context): SigningKey => {
    const key = SigningKey.parse(readText(path).trim());
    if (key.ok && key.value.verifier.type === type) return key.value;
    context.addIssue({ code: 'custom', message: `expected the file of a ${type} key` });
    return z.NEVER;
  });

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Environment variables of lineage, beside those of every service of a cell and of one with a database. */
export const LineageConfig = CellConfig.extend({
  ...DatabaseConfig.shape,
  /** Messages of facts in work at once; each waits for its database batch, so this bounds how large batches grow. */
  BAILIWICK_CONCURRENCY: z.coerce.number().int().positive().default(1000),
  BAILIWICK_TRUST_FILE: jsonFile(TrustBundle),
  /** Port of the HTTPS interface for who reads lineage; 0 chooses one. */
  BAILIWICK_API_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Issuer of access tokens, whose metadata lies under `/.well-known/openid-configuration`. */
  BAILIWICK_OIDC_ISSUER: z.url(),
  /** SPIFFE ids, apart by commas, of who reads every tenant, over HTTPS and gRPC; absent: nobody does. */
  BAILIWICK_READ_PEERS: spiffeIds.default([]),
  /** Folder of the transparency log's files. It is made anew from the database when it is lost. */
  BAILIWICK_LOG_DIR: z.string().min(1),
  /** File of the key that signs checkpoints (C2SP signed-note); its name is the log's origin. Only this file makes checkpoints. */
  BAILIWICK_LOG_KEY_FILE: keyFile('note'),
  /** File of the key with which this cell cosigns the logs of others, of type cosignature. */
  BAILIWICK_WITNESS_KEY_FILE: keyFile('cosignature'),
  /** JSON file that lists the logs of all cells: `{region, url, log, witness}`, keys as verifier keys of C2SP signed-note. */
  BAILIWICK_LOGS_FILE: KnownLogs,
  /** JSON file that lists witnesses that no cell runs: `{url, key}`, the submission prefix and the verifier key; absent: there are none. */
  BAILIWICK_OUTSIDE_WITNESSES_FILE: jsonFile(z.array(OutsideWitness)).default([]),
  /** JSON file of the grants to analytics consumers; read again when it changes. Without one nobody outside reads outcomes. */
  BAILIWICK_GRANTS_FILE: z.string().min(1).optional(),
  /** JSON file of what models cost: `{<alias>: {currency, inputPerMillion, outputPerMillion}}`. A model that it lacks has no cost. */
  BAILIWICK_PRICES_FILE: jsonFile(Prices).optional(),
  /** Milliseconds from one checkpoint to the next. */
  BAILIWICK_CHECKPOINT_MS: z.coerce.number().int().min(100).max(60_000).default(1000),
  /** OpenLineage endpoint that is told of every record, inside the jurisdiction of the cell; absent: nobody is. */
  BAILIWICK_OPENLINEAGE_URL: z.url().optional(),
  /** Milliseconds from one accounting for all records to the next. */
  BAILIWICK_SWEEP_MS: z.coerce.number().int().min(100).default(20_000),
});
export type LineageConfig = z.infer<typeof LineageConfig>;
