import { spiffeId, type TrustBundle } from '@bailiwick/contracts';
import { deadLetter, violation, type Outcome } from '@bailiwick/kafka';
import {
  RECEIPT_VIOLATIONS,
  signedClaims,
  type ReceiptClaims,
  type ReceiptViolation,
} from '@bailiwick/receipt';

/** What of a request or result its receipt must fit. */
export interface Carrier {
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly homeRegion: string;
  readonly pool: string;
  readonly receipt: string;
}

/** The claims that hold for a carrier, or what is wrong with its receipt. */
export type Trusted =
  | { readonly claims: ReceiptClaims; readonly violation: null }
  | { readonly claims: null; readonly violation: ReceiptViolation };

/**
 * Reads a receipt that the router of the carrier's home cell, and nobody else, must have signed. It may have expired:
 * what it stated of the record's labels still holds.
 */
export function trustedReceipt(carrier: Carrier, { signers }: TrustBundle): Trusted {
  const wrong = (violation: ReceiptViolation): Trusted => ({ claims: null, violation });
  if (carrier.receipt === '') return wrong('receipt-missing');
  const home = spiffeId({ region: carrier.homeRegion, workload: 'residency-router' });
  const keys = Object.hasOwn(signers, home) ? (signers[home] ?? []) : [];
  const claims = signedClaims(carrier.receipt, keys);
  if (!claims || claims.iss !== home || claims.from.region !== carrier.homeRegion)
    return wrong('receipt-forged');
  if (claims.outcome !== 'allow') return wrong('receipt-not-allow');
  const { event, tenant, purpose } = claims;
  if (event !== carrier.eventId || tenant !== carrier.tenant || purpose !== carrier.purpose)
    return wrong('receipt-other-event');
  if (claims.pool !== carrier.pool) return wrong('receipt-other-pool');
  return { claims, violation: null };
}

/** What becomes of a record with such a receipt: kept sealed for an operator, and reported. */
export const refused = (code: ReceiptViolation): readonly Outcome[] => [
  deadLetter(code, RECEIPT_VIOLATIONS[code]),
  violation(code, RECEIPT_VIOLATIONS[code]),
];
