import { readFileSync } from 'node:fs';
import { BaseConfig } from '@bailiwick/platform';
import { z } from 'zod';
import { DeployedCell } from './seed/deployed-cell.js';
import { SigningKey } from './publish/signing-key.js';

/** Reads the JSON file that a variable names; what is wrong in it is said by path, never by value. */
const jsonFile = <S extends z.ZodType>(schema: S) =>
  z.string().transform((path, context): z.output<S> => {
    try {
      return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (cause) {
      const message = cause instanceof z.ZodError ? z.prettifyError(cause) : 'cannot be read as JSON';
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
  });

/** Environment variables of the control-plane, beside those of every service. */
export const ControlPlaneConfig = BaseConfig.extend({
  /** Folder with `tenants/`, `purposes/`, `catalog/` and `jurisdictions/`: the repository's `infra/`. */
  BAILIWICK_SEED_DIR: z.string().min(1),
  /** JSON list of the cells that run: endpoints, brokers and the public keys of their pools. */
  BAILIWICK_CELLS_FILE: jsonFile(z.array(DeployedCell).min(1)),
  /** Private Ed25519 key as a JWK with a `kid`; its public part is in every cell's trust bundle. */
  BAILIWICK_SIGNING_KEY_FILE: jsonFile(SigningKey),
});
export type ControlPlaneConfig = z.infer<typeof ControlPlaneConfig>;
