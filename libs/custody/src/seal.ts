import type { Sealed } from '@bailiwick/contracts';
import { decrypt, decryptPacked, encrypt, encryptPacked, freshBytes, KEY_BYTES } from './aead.js';
import {
  contentAssociatedData,
  dataKeyAssociatedData,
  type SealContext,
  type SealSubject,
} from './associated-data.js';
import { CustodyError } from './custody-error.js';
import { deriveKey } from './key-agreement.js';
import type { SubjectKey } from './key-ring.js';

/** First byte of a data key that is wrapped for a data subject: version, key id, nonce, key, tag. */
const VERSION = 1;
const KEY_ID_END = 9;

/** Recipient of what is sealed to a data subject, a pool and a cell. */
export const subjectRecipient = ({ tenant, subject }: SealSubject): string => `subject/${tenant}/${subject}`;
export const poolRecipient = (pool: string): string => `pool/${pool}`;
export const cellRecipient = (region: string): string => `cell/${region}`;

/** Id of the data subject's key with which a data key is wrapped. */
export function keyIdOf(wrapped: Uint8Array): Uint8Array {
  if (wrapped[0] !== VERSION || wrapped.length <= KEY_ID_END) throw new CustodyError('seal-broken');
  return wrapped.subarray(1, KEY_ID_END);
}

/** Seals content to a data subject under a fresh data key. */
export function sealToSubject(
  key: SubjectKey,
  context: SealContext,
  whose: SealSubject,
  plaintext: Uint8Array,
): Sealed {
  const recipient = subjectRecipient(whose);
  const dataKey = freshBytes(KEY_BYTES);
  const wrapped = encryptPacked(key.key, dataKeyAssociatedData(recipient, whose), dataKey);
  return {
    recipient,
    wrappedKey: Buffer.concat([Buffer.of(VERSION), key.id, wrapped]),
    ...encrypt(dataKey, contentAssociatedData(context, whose), plaintext),
  };
}

/** The data key that was wrapped for a data subject. */
export function unwrapForSubject(key: SubjectKey, whose: SealSubject, wrapped: Uint8Array): Buffer {
  keyIdOf(wrapped);
  const associated = dataKeyAssociatedData(subjectRecipient(whose), whose);
  return decryptPacked(key.key, associated, wrapped.subarray(KEY_ID_END));
}

/** Opens content with its data key. */
export function openContent(
  dataKey: Uint8Array,
  context: SealContext,
  whose: SealSubject,
  { nonce, ciphertext }: Pick<Sealed, 'nonce' | 'ciphertext'>,
): Buffer {
  return decrypt(dataKey, contentAssociatedData(context, whose), nonce, ciphertext);
}

/** Refuses content that is sealed to somebody else. */
export function expectRecipient(sealed: Sealed, recipient: string): void {
  if (sealed.recipient !== recipient) throw new CustodyError('wrong-recipient');
}

/**
 * Key of a result: derived from the data key of the request. So the pool that opened the request can seal the
 * answer, and home, which can unwrap the request's data key, can open it.
 */
export const resultKey = (dataKey: Uint8Array): Buffer =>
  deriveKey(dataKey, Buffer.alloc(0), 'bailiwick result');
