import { CALLER } from '@bailiwick/domain';
import type { ErrorCode } from '@bailiwick/platform';
import type { ReceiptClaims } from '@bailiwick/receipt';
import { z } from 'zod';
import type { Book } from '../book/book.js';
import type { ConnectionTerms } from '../terms/connection-terms.js';

/** Values of `type` in the authorization details: to write an answer back, and to read changes. */
export const WRITE_BACK = 'urn:bailiwick:write-back';
export const PULL = 'urn:bailiwick:pull';

/** What each service that may ask for credentials may ask for. */
export const MAY_ASK: ReadonlyMap<string, typeof WRITE_BACK | typeof PULL> = new Map([
  ['writeback', WRITE_BACK],
  ['ingest', PULL],
]);

const Word = z.string().min(1).max(100);
const Request = z.strictObject({
  tenant: Word,
  /** Region of the cell that asks. */
  cell: Word,
  purpose: Word,
  /** CRM object that is written or read. */
  object: Word,
});

/**
 * What a credential is asked for (RFC 9396): one of each, and no wildcard. Values that belong together are said
 * as one, which scopes, a flat set, could not.
 */
export const CredentialRequest = z.discriminatedUnion('type', [
  Request.extend({ type: z.literal(WRITE_BACK) }),
  // To write, the purpose says which connection; nothing but the terms of a connection says that it is for reading.
  Request.extend({ type: z.literal(PULL), connection: Word }),
]);
export type CredentialRequest = z.infer<typeof CredentialRequest>;
type Asked<T extends CredentialRequest['type']> = Extract<CredentialRequest, { type: T }>;

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
  /** Who asks: the region of its cell, and which service it is. */
  readonly client: { readonly region: string; readonly workload: string };
  /** Decision on the record whose answer is to be written; null where none was shown. */
  readonly receipt: Pick<ReceiptClaims, 'tenant' | 'purpose' | 'outcome' | 'iat'> | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Judges a request by what is in force. Pure. */
export const judge = (request: CredentialRequest, by: JudgedBy): Judgement =>
  refusedAtHome(request, by) ??
  (request.type === PULL ? judgePull(request, by) : judgeWriteBack(request, by));

const refuse = (code: ErrorCode, detail: string, foreign = false): Refusal => ({
  kind: 'refuse',
  code,
  detail,
  foreign,
});

/** Why nothing at all is lent to this client for this tenant, or null. */
function refusedAtHome(
  { type, tenant, cell }: CredentialRequest,
  { book, client: { region, workload } }: JudgedBy,
): Refusal | null {
  if (cell !== region)
    return refuse('wrong-cell', `a service of ${region} asks for a credential of ${cell}`, true);
  if (MAY_ASK.get(workload) !== type)
    return refuse('credential-refused', `${workload} may not ask for ${type}`);
  const standing = book.profile(tenant);
  const profile = standing?.inForce.body;
  if (!profile) return refuse('tenant-unknown', 'the control-plane knows no such tenant');
  if (profile.homeRegion !== cell) return refuse('wrong-cell', `${cell} is not the home of the tenant`, true);
  if (!standing.acknowledgement)
    return refuse('profile-not-acknowledged', 'nobody has acknowledged the residency profile of the tenant');
  return null;
}

function judgeWriteBack(
  { tenant, purpose: purposeId, object }: Asked<typeof WRITE_BACK>,
  { book, receipt, now }: JudgedBy,
): Judgement {
  if (!receipt || receipt.outcome !== 'allow' || receipt.tenant !== tenant || receipt.purpose !== purposeId)
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

function judgePull(
  { tenant, purpose, object, connection }: Asked<typeof PULL>,
  { book }: JudgedBy,
): Judgement {
  if (!book.latest('purpose', tenant, purpose)?.body)
    return refuse('purpose-unknown', 'the tenant has no such purpose');
  const terms = book.latest('connection', tenant, connection)?.body;
  if (!terms) return refuse('connection-unknown', `the tenant has no CRM connection ${connection}`);
  if (!reads(terms, object))
    return refuse('credential-refused', `the connection ${connection} is not for reading ${object}`);
  return { kind: 'mint', connection, terms };
}

/** Whether changes of an object may be read through a connection. */
export const reads = (terms: ConnectionTerms, object: string): boolean =>
  'reads' in terms && (terms.reads?.includes(object) ?? false);
