import { TrustBundle } from '@bailiwick/contracts';
import { CrmConnections } from '@bailiwick/crm';
import { CellConfig, DatabaseConfig, jsonFile, loadConfig } from '@bailiwick/platform';
import { z } from 'zod';

/** Private Ed25519 key as a JWK (RFC 8037). */
const SigningKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().min(1),
  d: z.string().min(1),
  kid: z.string().min(1),
});
export type SigningKey = z.infer<typeof SigningKey>;

/** Environment variables of the write-back. */
const Config = CellConfig.extend(DatabaseConfig.shape)
  .extend({
    /** The cell's key file. */
    BAILIWICK_CELL_KEY_FILE: z.string().min(1),
    /** Trust bundle, parsed: whose control entries count, and to whom dead letters are sealed. */
    BAILIWICK_TRUST_FILE: jsonFile(TrustBundle),
    /** Private Ed25519 key as a JWK with a `kid`, with which certificates of erasure are signed. */
    BAILIWICK_SIGNING_KEY_FILE: jsonFile(SigningKey),
    /** CRM connections of the cell, parsed: a JSON list of `{name, kind, url}`. */
    BAILIWICK_CRM_CONNECTIONS_FILE: jsonFile(CrmConnections),
    /** Base URL of the control-plane's credential service; the service's own certificate is the credential there. */
    BAILIWICK_CREDENTIALS_URL: z.url({ protocol: /^https$/ }),
    /** A CRM that wants to be left alone for longer has its answers postponed, so that others behind them go on; in milliseconds. */
    BAILIWICK_POSTPONE_AFTER_MS: z.coerce.number().int().nonnegative().default(5_000),
    /** Results that are written at once. */
    BAILIWICK_CONCURRENCY: z.coerce.number().int().positive().default(16),
  })
  .refine((config) => Object.hasOwn(config.BAILIWICK_TRUST_FILE.cells, config.BAILIWICK_REGION), {
    path: ['BAILIWICK_TRUST_FILE'],
    message: 'names no key of this cell',
  });
export type WritebackConfig = z.infer<typeof Config>;

/** Reads the configuration of the process; throws `config-invalid`. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): WritebackConfig => loadConfig(Config, env);
