import { TrustBundle } from '@bailiwick/contracts';
import { BaseConfig, DatabaseConfig, jsonFile } from '@bailiwick/platform';
import { z } from 'zod';
import { FoundingConnections } from './credentials/found-connections.js';
import { DeployedCell } from './seed/deployed-cell.js';
import { FoundingPeople } from './seed/found.js';
import { SigningKey } from './publish/signing-key.js';

/** Environment variables of the control-plane, beside those of every service and of one with a database. */
export const ControlPlaneConfig = BaseConfig.extend({
  ...DatabaseConfig.shape,
  /** Port of the HTTPS interface for people and programs; 0 chooses one. `BAILIWICK_HTTP_PORT` serves health only. */
  BAILIWICK_API_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Port of the credential service for the services of cells, which asks for their certificates; 0 chooses one. */
  BAILIWICK_CREDENTIALS_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Base URL by which cells reach the credential service, and its issuer; that of the port when absent. */
  BAILIWICK_CREDENTIALS_URL: z.url({ protocol: /^https$/ }).optional(),
  /** File of the key provider, `{"kek": …}` with 32 bytes in base64url and mode 0600; a deployment has a KMS. */
  BAILIWICK_SEALING_KEY_FILE: z.string().min(1),
  /** JSON list of CRM connections and of files with the keys of their apps; what the store lacks of it is founded. */
  BAILIWICK_CRM_LOGINS_FILE: jsonFile(FoundingConnections).default([]),
  /** OpenID provider of people; its metadata is read from `<issuer>/.well-known/openid-configuration`. */
  BAILIWICK_OIDC_ISSUER: z.url(),
  /** Folder with `tenants/`, `purposes/`, `catalog/` and `jurisdictions/`: what an empty store is founded with. */
  BAILIWICK_SEED_DIR: z.string().min(1),
  /** JSON list of the first people and their roles, for an empty store too. */
  BAILIWICK_PEOPLE_FILE: jsonFile(FoundingPeople).default([]),
  /** JSON list of the cells that run: endpoints, brokers and the public keys of their pools. */
  BAILIWICK_CELLS_FILE: jsonFile(z.array(DeployedCell).min(1)),
  /** Trust bundle, parsed: whose receipts a dry run counts. */
  BAILIWICK_TRUST_FILE: jsonFile(TrustBundle),
  /** Private Ed25519 key as a JWK with a `kid`; its public part is in every cell's trust bundle. */
  BAILIWICK_SIGNING_KEY_FILE: jsonFile(SigningKey),
});
export type ControlPlaneConfig = z.infer<typeof ControlPlaneConfig>;
