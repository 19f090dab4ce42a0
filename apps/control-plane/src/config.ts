import { TrustBundle } from '@bailiwick/contracts';
import { BaseConfig, DatabaseConfig, jsonFile } from '@bailiwick/platform';
import { z } from 'zod';
import { DeployedCell } from './seed/deployed-cell.js';
import { FoundingPeople } from './seed/found.js';
import { SigningKey } from './publish/signing-key.js';

/** Environment variables of the control-plane, beside those of every service and of one with a database. */
export const ControlPlaneConfig = BaseConfig.extend({
  ...DatabaseConfig.shape,
  /** Port of the HTTPS interface for people and programs; 0 chooses one. `BAILIWICK_HTTP_PORT` serves health only. */
  BAILIWICK_API_PORT: z.coerce.number().int().min(0).max(65_535),
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
