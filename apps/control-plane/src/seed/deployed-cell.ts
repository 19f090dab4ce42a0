import { Jurisdiction, PoolKey, Region } from '@bailiwick/domain';
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
  /** Key of each pool by its id, for the founding; afterwards keys are what change requests say, whatever stands here. */
  pools: z.record(z.string(), PoolKey),
});
export type DeployedCell = z.infer<typeof DeployedCell>;
