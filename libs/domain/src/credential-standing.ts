import { z } from 'zod';

/**
 * What became of the credentials of one tenant's CRM connection, once somebody has ended some. A connection of which
 * nothing is said is in order.
 */
export const CredentialStanding = z.strictObject({
  tenant: z.string().min(1),
  /** What a purpose names as its write-back target. */
  connection: z.string().min(1),
  /** True: nothing is written through it until somebody restores it. */
  revoked: z.boolean(),
  /** Leases that were minted before this moment have ended. */
  endedBefore: z.iso.datetime(),
});
export type CredentialStanding = z.infer<typeof CredentialStanding>;

/** Id of a connection's control entry. */
export const connectionKey = (tenant: string, connection: string): string => `${tenant}/${connection}`;
