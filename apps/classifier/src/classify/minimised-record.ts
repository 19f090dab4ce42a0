import { createHash } from 'node:crypto';
import { MinimisedRecord } from '@bailiwick/contracts';
import type { JsonObject } from '@bailiwick/domain';

/** Bytes of the salt that begins a minimised record. */
export const SALT_BYTES = 16;

/** The exact bytes of what may leave the classifier, and their digest. */
export interface MinimisedBytes {
  readonly bytes: Uint8Array;
  /** SHA-256. The salt keeps it from confirming a guess at the content. */
  readonly digest: Buffer;
}

/** Writes a minimised record; its first field is the salt. */
export function minimisedBytes(object: string, fields: JsonObject, salt: Buffer): MinimisedBytes {
  const fieldsJson = Buffer.from(JSON.stringify(fields));
  const bytes = MinimisedRecord.encode({ salt, object, fieldsJson }).finish();
  return { bytes, digest: createHash('sha256').update(bytes).digest() };
}
