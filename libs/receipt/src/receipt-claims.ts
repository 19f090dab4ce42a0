import { Jurisdiction, TRANSFER_BASES, type Decision } from '@bailiwick/domain';
import { createHash } from 'node:crypto';
import { z } from 'zod';

/** SHA-256, base64url. */
const Digest = z.string().regex(/^[\w-]{43}$/);
const Place = z.strictObject({ region: z.string().min(1), jurisdiction: Jurisdiction });

/** What a decision receipt states. Names and values are canonical JSON; none of them is personal data. */
export const ReceiptClaims = z.strictObject({
  /** Unique per statement. */
  jti: z.string().min(1),
  /** SPIFFE id of the router that decided. */
  iss: z.string().min(1),
  /** When it was issued and until when it holds, in seconds since the epoch (RFC 7519). */
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
  event: z.string().min(1),
  tenant: z.string().min(1),
  purpose: z.string().min(1),
  purposeVersion: z.int().nonnegative(),
  outcome: z.enum(['allow', 'deny', 'hold']),
  reasons: z.array(z.string().min(1)).min(1),
  from: Place,
  /** Where the record may go; null unless the outcome is allow. */
  to: Place.nullable(),
  /** Pool that may answer; null unless the outcome is allow. */
  pool: z.string().min(1).nullable(),
  basis: z.enum([...TRANSFER_BASES, 'none-needed']),
  /** Residency profile version; 0 when the tenant has none. */
  profileVersion: z.int().nonnegative(),
  policyDigest: z.string().min(1),
  /** Digest of the exact minimised bytes. */
  payloadDigest: Digest,
  labels: z.strictObject({
    highestSensitivity: z.string(),
    categories: z.array(z.string()),
    /** Jurisdiction of the data subject, `unknown` included; absent when no field of the object says it. */
    subjectJurisdiction: z.string().optional(),
  }),
});
export type ReceiptClaims = z.infer<typeof ReceiptClaims>;

/** What a router knows when it states a decision. */
export interface ReceiptDraft {
  readonly issuer: string;
  readonly decision: Decision;
  readonly event: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly purposeVersion: number;
  readonly from: { readonly region: string; readonly jurisdiction: string };
  readonly profileVersion: number;
  readonly policyDigest: string;
  /** SHA-256 of the exact minimised bytes. */
  readonly payloadDigest: Uint8Array;
  readonly highestSensitivity: string;
  readonly categories: readonly string[];
  readonly subjectJurisdiction?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lifetimeMs: number;
}

/** The claims of a decision. The same draft makes the same claims, `jti` too. */
export function receiptClaims(draft: ReceiptDraft): ReceiptClaims {
  const { decision, event, tenant, purpose, purposeVersion, profileVersion, policyDigest } = draft;
  const allowed = decision.outcome === 'allow' ? decision : undefined;
  const iat = Math.floor(draft.now / 1000);
  const stated = {
    iss: draft.issuer,
    iat,
    exp: iat + Math.ceil(draft.lifetimeMs / 1000),
    event,
    tenant,
    purpose,
    purposeVersion,
    outcome: decision.outcome,
    reasons: [...decision.reasons],
    from: { region: draft.from.region, jurisdiction: draft.from.jurisdiction },
    to: allowed ? { region: allowed.region, jurisdiction: allowed.jurisdiction } : null,
    pool: allowed?.pool ?? null,
    basis: decision.basis,
    profileVersion,
    policyDigest,
    payloadDigest: Buffer.from(draft.payloadDigest).toString('base64url'),
    labels: {
      highestSensitivity: draft.highestSensitivity,
      categories: draft.categories.toSorted(),
      ...(draft.subjectJurisdiction !== undefined && { subjectJurisdiction: draft.subjectJurisdiction }),
    },
  };
  const jti = createHash('sha256').update(canonicalJson(stated)).digest('base64url').slice(0, 22);
  return { jti, ...stated };
}

/**
 * JSON with sorted names and no spaces: RFC 8785 for the values that claims have (text, integers, null). Two
 * parties that state the same thing so write the same bytes.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
