import type { CryptoKey, KeyObject } from 'jose';
import { z } from 'zod';
import { signStatement, verifyStatement } from './signed-statement.js';
import type { VerificationKey } from './trust-bundle.js';

const TYPE = 'bailiwick-release+jws';
const Person = z.string().min(1).max(200);

/**
 * What the control-plane states when a person has approved that one record that is kept back be judged anew: a compact JWS
 * (EdDSA). It is good for the record at just these coordinates, which can be settled once, and for no other.
 */
export const ReleaseOrder = z.strictObject({
  /** Id of the request that was approved. */
  jti: z.string().min(1),
  tenant: z.string().min(1),
  event: z.string().min(1),
  region: z.string().min(1),
  topic: z.string().min(1),
  partition: z.int().nonnegative(),
  /** A number that JSON need not be able to write. */
  offset: z.string().regex(/^\d{1,18}$/),
  /** Who asks, and who approved it in which role: subjects of their access tokens, two different ones. */
  askedBy: Person,
  approvedBy: Person,
  role: z.enum(['security', 'compliance']),
  /** Reference to why; empty when none was given. */
  reference: z.string().max(64),
  /** When it was approved and until when it is good, in seconds since the epoch (RFC 7519). */
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
});
export type ReleaseOrder = z.infer<typeof ReleaseOrder>;

/** Signs an order. */
export const signReleaseOrder = (
  order: ReleaseOrder,
  key: CryptoKey | KeyObject,
  kid: string,
): Promise<string> => signStatement(TYPE, order, key, kid);

/** The order that a trusted key signed; null for whatever else the text is. Says nothing of whether it has expired. */
export async function verifyReleaseOrder(
  jws: string,
  keys: readonly VerificationKey[],
): Promise<ReleaseOrder | null> {
  const order = await verifyStatement(TYPE, ReleaseOrder, jws, keys);
  return order === null || order.askedBy === order.approvedBy ? null : order;
}
