import { RecordClassified, type InferenceRequest, type Sealed } from '@bailiwick/contracts';
import { homeForm } from '@bailiwick/custody';
import type { ReceiptClaims } from '@bailiwick/receipt';

/** A minimised record that waits for a decision, wherever it came from. */
export interface Candidate {
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  /** Version of the purpose for which it was minimised. */
  readonly purposeVersion: number;
  readonly object: string;
  readonly subject: string;
  readonly highestSensitivity: string;
  readonly categories: readonly string[];
  /** Jurisdiction of the data subject, `unknown` included; absent when no field of the object says it. */
  readonly subjectJurisdiction?: string | undefined;
  /** SHA-256 of the exact minimised bytes. */
  readonly digest: Buffer;
  /** The minimised record, sealed to its data subject. */
  readonly payload: Sealed;
  readonly receivedAt: Date | undefined;
}

/** A record as the classifier left it; undefined when it carries no content. */
export function candidateOf(record: RecordClassified): Candidate | undefined {
  return record.payload && { ...record, payload: record.payload };
}

/** The same, for another look at it. Labels of single fields are left out: they are in the facts of the classifier. */
export const recordOf = ({ categories, ...candidate }: Candidate): RecordClassified =>
  RecordClassified.fromPartial({ ...candidate, categories: [...categories] });

/**
 * A record that was decided before and comes back. What its labels are stands in the receipt of then, which must be
 * known to be signed by this cell's router; undefined when it carries no content.
 */
export function candidateAgain(request: InferenceRequest, claims: ReceiptClaims): Candidate | undefined {
  const { eventId, tenant, purpose, object, subject, payload, homeWrappedKey, receivedAt } = request;
  return (
    payload && {
      eventId,
      tenant,
      purpose,
      purposeVersion: claims.purposeVersion,
      object,
      subject,
      ...claims.labels,
      digest: Buffer.from(claims.payloadDigest, 'base64url'),
      payload: homeForm({ eventId, tenant, subject }, { payload, homeWrappedKey }),
      receivedAt,
    }
  );
}
