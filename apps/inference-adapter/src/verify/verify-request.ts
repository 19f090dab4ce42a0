import { createHash } from 'node:crypto';
import { spiffeId, type InferenceRequest, type TrustBundle } from '@bailiwick/contracts';
import type { ResidencyProfile } from '@bailiwick/domain';
import { CustodyError, type OpenedRequest, type PoolKey } from '@bailiwick/custody';
import type { StageContext } from '@bailiwick/kafka';
import type { ErrorCode } from '@bailiwick/platform';
import { RECEIPT_VIOLATIONS, signedClaims, verifyReceipt, type ReceiptClaims } from '@bailiwick/receipt';

/** What the adapter is pinned to. */
export interface Pin {
  readonly pool: string;
  readonly region: string;
  readonly jurisdiction: string;
  /** The only tenant that the pool may answer for, or null when it is shared. */
  readonly dedicatedTo: string | null;
  /** Partitions of the request topic. */
  readonly partitions: number;
}

/** What verification needs to know of the world. */
export interface Verification {
  readonly pin: Pin;
  readonly poolKey: PoolKey;
  readonly trust: TrustBundle;
  /** Residency profile of a tenant as this cell's control topics have it now. */
  readonly profileOf: (tenant: string) => ResidencyProfile | undefined;
  /** Partition in which all requests about one data subject lie. */
  readonly partitionOf: (tenant: string, subject: string) => number;
  readonly nowMs: () => number;
}

/** What came of it: the model may see `opened` only when everything holds. */
export type Verdict =
  | { readonly kind: 'verified'; readonly claims: ReceiptClaims; readonly opened: OpenedRequest }
  | { readonly kind: 'outdated'; readonly reason: 'receipt-expired' | 'profile-changed' }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly detail: string };

const refused = (code: ErrorCode, detail: string): Verdict => ({ kind: 'refused', code, detail });

/**
 * Verifies a request against its receipt, its event and the pool. Only the router of the tenant's home region may have
 * signed, over the digest of the exact bytes that the pool's key opens. `outdated` means that all else holds, but time or
 * the tenant's profile has moved on, so that the router must decide again.
 */
export async function verifyRequest(
  request: InferenceRequest,
  { event, coordinates }: Pick<StageContext, 'event' | 'coordinates'>,
  { pin, poolKey, trust, profileOf, partitionOf, nowMs }: Verification,
): Promise<Verdict> {
  const issuer = spiffeId({ region: request.homeRegion, workload: 'residency-router' });
  const keys = trust.signers[issuer] ?? [];
  const opened = await openRequest(request, poolKey);
  const verdict = verifyReceipt(request.receipt, keys, {
    ...request,
    pool: pin.pool,
    jurisdiction: pin.jurisdiction,
    digest: opened ? createHash('sha256').update(opened.plaintext.reveal()).digest() : new Uint8Array(),
    now: nowMs(),
  });
  const expired = !verdict.ok && verdict.violation === 'receipt-expired';
  if (!verdict.ok && !expired) return refused(verdict.violation, RECEIPT_VIOLATIONS[verdict.violation]);
  const claims = verdict.ok ? verdict.claims : signedClaims(request.receipt, keys);
  if (!claims || !opened) return refused('receipt-forged', RECEIPT_VIOLATIONS['receipt-forged']);

  if (claims.iss !== issuer || claims.from.region !== request.homeRegion)
    return refused('receipt-forged', 'The receipt was signed by one router in the name of another.');
  const profile = profileOf(request.tenant);
  if (profile?.homeRegion !== claims.from.region)
    return refused('receipt-forged', "The receipt was not signed by the router of the tenant's home region.");
  if (event.id !== request.eventId || event.tenant !== request.tenant || event.purpose !== request.purpose)
    return refused('receipt-other-event', 'The event around the request is about another record.');
  if (claims.purposeVersion !== request.purposeVersion)
    return refused('receipt-other-event', 'The receipt is about another version of the purpose.');
  if (request.pool !== pin.pool) return refused('receipt-other-pool', 'The request names another pool.');
  if (pin.dedicatedTo !== null && pin.dedicatedTo !== request.tenant)
    return refused('receipt-other-pool', 'The pool is dedicated to another tenant.');
  if (claims.to?.region !== pin.region)
    return refused('receipt-other-jurisdiction', 'The receipt allows another region.');
  if (partitionOf(request.tenant, request.subject) !== coordinates.partition)
    return refused('receipt-replayed', 'The request lies outside the partition of its data subject.');
  if (expired) return { kind: 'outdated', reason: 'receipt-expired' };
  if (profile.version > claims.profileVersion) return { kind: 'outdated', reason: 'profile-changed' };
  return { kind: 'verified', claims, opened };
}

/** Null when the pool's key does not open it: then its content is not what was decided on. */
async function openRequest(request: InferenceRequest, poolKey: PoolKey): Promise<OpenedRequest | null> {
  const { eventId, tenant, subject, payload, homeWrappedKey } = request;
  if (!payload) return null;
  try {
    return await poolKey.open({
      eventId,
      tenant,
      subject,
      payload,
      homeWrappedKey: Buffer.from(homeWrappedKey),
    });
  } catch (thrown) {
    if (thrown instanceof CustodyError && thrown.category === 'invalid') return null;
    throw thrown;
  }
}
