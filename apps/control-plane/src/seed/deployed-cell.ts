import { Jurisdiction, Region } from '@bailiwick/domain';
import { z } from 'zod';

/**
 * A cell that runs, as its deployment says: where it is reached, and what only exists once it runs. What the cell
 * is stands in `jurisdictions/<region>.yaml`.
 */
export const DeployedCell = z.strictObject({
  region: Region,
  jurisdiction: Jurisdiction,
  /** `host:port` of the brokers, for the control-plane's own connection. */
  brokers: z.array(z.string().min(1)).min(1),
  ingestHttp: z.url(),
  /** `host:port`. */
  ingestGrpc: z.string().min(1),
  /** `host:port` of the cell's lineage, from which a dry run reads past decisions; absent: there are none to read. */
  lineageGrpc: z.string().min(1).optional(),
  /** X25519 public key of each pool, base64url, by pool id. */
  pools: z.record(z.string(), z.string().min(1)),
});
export type DeployedCell = z.infer<typeof DeployedCell>;
