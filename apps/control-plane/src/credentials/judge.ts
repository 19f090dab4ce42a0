import { CALLER } from '@bailiwick/domain';
import type { ErrorCode } from '@bailiwick/platform';
import type { ReceiptClaims } from '@bailiwick/receipt';
import { z } from 'zod';
import type { Book } from '../book/book.js';
import type { ConnectionTerms } from '../terms/connection-terms.js';

/** Value of `type` in the authorization details of a write-back. */
export const WRITE_BACK = 'urn:bailiwick:write-back';

/**
 * What a credential is asked for (RFC 9396): one of each, and no wildcard. Four values that belong together are said
 * as one, which scopes, a flat set, could not.
 */
export const CredentialRequest = z.strictObject({
  type: z.literal(WRITE_BACK),
  tenant: z.string().min(1).max(100),
  /** Region of the cell that writes. */
  cell: z.string().min(1).max(100),
  purpose: z.string().min(1).max(100),
  /** CRM object that is written. */
  object: z.string().min(1).max(100),
});
export type CredentialRequest = z.infer<typeof CredentialRequest>;

/** Whether a credential may be minted, and through which connection. */
export type Judgement =
  | { readonly kind: 'mint'; readonly connection: string; readonly terms: ConnectionTerms }
  | {
      readonly kind: 'refuse';
      readonly code: ErrorCode;
      /** A sentence that names no person. */
      readonly detail: string;
      /** The client is of a cell that the tenant's credentials are not for: a violation. */
      readonly foreign: boolean;
    };

/** Why no credential is minted. */
export type Refusal = Extract<Judgement, { kind: 'refuse' }>;

/** How long after its decision an answer may still be written: what is held is kept for 90 days, and its topic for 7 before. */
const OLDEST_DECISION_MS = 97 * 86_400_000;

/** What a judgement is made from. */
export interface JudgedBy {
  readonly book: Pick<Book, 'latest' | 'profile'>;
  /** Region of the client. */
  readonly region: string;
  /** Decision on the record whose answer is to be written. */
  readonly receipt: Pick<ReceiptClaims, 'tenant' | 'purpose' | 'outcome' | 'iat'>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Judges a request by what is in force. Pure. */
export function judge(
  { tenant, cell, purpose: purposeId, object }: CredentialRequest,
  { book, region, receipt, now }: JudgedBy,
): Judgement {
  const refuse = (code: ErrorCode, detail: string, foreign = false): Refusal => ({
    kind: 'refuse',
    code,
    detail,
    foreign,
  });
  if (cell !== region)
    return refuse('wrong-cell', `a service of ${region} asks for a credential of ${cell}`, true);
  const standing = book.profile(tenant);
  const profile = standing?.inForce.body;
  if (!profile) return refuse('tenant-unknown', 'the control-plane knows no such tenant');
  if (profile.homeRegion !== cell) return refuse('wrong-cell', `${cell} is not the home of the tenant`, true);
  if (!standing.acknowledgement)
    return refuse('profile-not-acknowledged', 'nobody has acknowledged the residency profile of the tenant');
  if (receipt.outcome !== 'allow' || receipt.tenant !== tenant || receipt.purpose !== purposeId)
    return refuse('receipt-other-event', 'the receipt allows nothing for this tenant and purpose');
  if (now - receipt.iat * 1000 > OLDEST_DECISION_MS)
    return refuse('receipt-expired', 'the decision on the record is too long ago');
  const purpose = book.latest('purpose', tenant, purposeId)?.body;
  if (!purpose) return refuse('purpose-unknown', 'the tenant has no such purpose');
  if (purpose.writeback.object !== object)
    return refuse('credential-refused', `the purpose does not write ${object}`);
  const connection = purpose.writeback.target;
  if (connection === CALLER)
    return refuse('credential-refused', 'the answers of the purpose go to their caller, and to no CRM');
  const terms = book.latest('connection', tenant, connection)?.body;
  if (!terms) return refuse('connection-unknown', `the tenant has no CRM connection ${connection}`);
  return { kind: 'mint', connection, terms };
}
