import { ModelOutput, type InferenceResult } from '@bailiwick/contracts';
import { CustodyError, type Custody, type Sensitive } from '@bailiwick/custody';
import { JsonObject, type Purpose } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import { mapFields } from './map-fields.js';

/** What is to be written: personal data, restored inside the home cell. */
export interface OpenedAnswer {
  /** The CRM's own record id. */
  readonly recordId: Sensitive<string>;
  /** New values by CRM field. */
  readonly fields: Sensitive<JsonObject>;
  /** Pseudonyms that were restored. */
  readonly restored: number;
  /** Pseudonyms that stand for nothing that is known here. */
  readonly unknown: number;
}

/** What custody must do for it. */
export type AnswerCustody = Pick<Custody, 'openResult' | 'restore' | 'recordIdOf'>;

/**
 * Opens an answer, maps it to CRM fields and restores their pseudonyms. Throws `SealBroken`, `subject-erased`,
 * `database-unavailable`, `output-invalid`, `record-undecodable` or `internal`.
 */
export async function openAnswer(
  custody: AnswerCustody,
  { eventId, tenant, subject, output: sealed }: InferenceResult,
  mapping: Purpose['writeback']['mapping'],
): Promise<OpenedAnswer> {
  if (!sealed) throw new BailiwickError('record-undecodable', 'the result holds no answer');
  try {
    const plaintext = await custody.openResult({ eventId, tenant, subject, sealed });
    const mapped = mapFields(mapping, decode(plaintext.reveal()));
    const [restoration, recordId] = await Promise.all([
      custody.restore(tenant, subject, mapped),
      custody.recordIdOf(tenant, subject),
    ]);
    const { restored, unknown } = restoration.reveal();
    return { recordId, restored, unknown, fields: restoration.map(({ value }) => JsonObject.parse(value)) };
  } catch (thrown) {
    throw thrown instanceof CustodyError ? custodyFailure(thrown) : thrown;
  }
}

/** The seal of an answer does not open: whoever wrote it did not have the request's data key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** What a failure of custody means for the answer. */
export function custodyFailure(cause: CustodyError): Error {
  switch (cause.code) {
    case 'seal-broken':
    case 'wrong-recipient':
      return new SealBroken('the answer is not sealed for this event and data subject', { cause });
    case 'key-missing':
    case 'tenant-destroyed':
      return new BailiwickError('subject-erased', 'the key of the data subject or its tenant is gone', {
        cause,
      });
    case 'key-store-unavailable':
      return new BailiwickError('database-unavailable', 'the key store does not answer', { cause });
    case 'key-store-refused':
    case 'key-file-invalid':
      return new BailiwickError('internal', 'custody refused to work; its cause is in the service log', {
        cause,
      });
  }
}

function decode(bytes: Uint8Array): ModelOutput {
  try {
    return ModelOutput.decode(bytes);
  } catch {
    throw new BailiwickError('output-invalid', 'the answer is not a model output');
  }
}
