import { TrustBundle } from '@bailiwick/contracts';
import { CellConfig, DatabaseConfig, jsonFile, loadConfig } from '@bailiwick/platform';
import { z } from 'zod';
import { DEFAULT_QUOTAS, QuotaFile } from './quota/quota.js';
import { PullFile } from './pull/pull-file.js';
import { WebhookFile } from './webhook/webhook-registrations.js';

const port = z.coerce.number().int().min(0).max(65_535);

/**
 * Environment variables of ingest. `BAILIWICK_HTTP_PORT` serves health and metrics only, `BAILIWICK_GRPC_PORT` the
 * producers' gRPC interface.
 */
const Config = CellConfig.extend(DatabaseConfig.shape)
  .extend({
    /** Port of the producers' HTTPS interface; 0 chooses one. */
    BAILIWICK_API_PORT: port,
    /** The cell's key file. */
    BAILIWICK_CELL_KEY_FILE: z.string().min(1),
    /** Issuer of the producers' access tokens; its metadata is read from `<issuer>/.well-known/openid-configuration`. */
    BAILIWICK_OIDC_ISSUER: z.url(),
    /** JSON file of the webhook registrations; absent: there are none. */
    BAILIWICK_WEBHOOKS_FILE: jsonFile(WebhookFile).default([]),
    /** JSON file of the tenants' quotas; absent: 1000 records a second, 2000 at once, any number a day. */
    BAILIWICK_QUOTAS_FILE: jsonFile(QuotaFile).default(DEFAULT_QUOTAS),
    /** JSON file of the subscriptions to CRMs' streams, of the one process of the cell that pulls them; absent: there are none. */
    BAILIWICK_SUBSCRIPTIONS_FILE: jsonFile(PullFile).default([]),
    /** Base URL of the control-plane's credential service: what is read from CRMs is read with what it lends. */
    BAILIWICK_CREDENTIALS_URL: z.url({ protocol: /^https$/ }).optional(),
    /** Trust bundle, parsed: whose control entries count. */
    BAILIWICK_TRUST_FILE: jsonFile(TrustBundle),
  })
  .refine(
    ({
      BAILIWICK_SUBSCRIPTIONS_FILE: pulls,
      BAILIWICK_WEBHOOKS_FILE: webhooks,
      BAILIWICK_CREDENTIALS_URL: url,
    }) => url !== undefined || (pulls.length === 0 && webhooks.every(({ crm }) => !('fetch' in crm))),
    { path: ['BAILIWICK_CREDENTIALS_URL'], message: 'is needed by what reads from a CRM' },
  );
export type IngestConfig = z.infer<typeof Config>;

/** Reads the configuration of the process; throws `config-invalid`. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env): IngestConfig => loadConfig(Config, env);
