import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { CustodyError } from './custody-error.js';

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D 8.2: a random nonce of 96 bits is safe for 2^32 encryptions under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes of every symmetric key here. */
export const KEY_BYTES = 32;

// One call to the system's random source costs more than the encryption, so it is asked for many nonces at once.
const RANDOM = Buffer.alloc(8192);
let used = RANDOM.length;

/** Fresh bytes from the system's random source; never given twice. */
export function freshBytes(length: number): Buffer {
  if (used + length > RANDOM.length) {
    randomFillSync(RANDOM);
    used = 0;
  }
  const bytes = Buffer.from(RANDOM.subarray(used, used + length));
  RANDOM.fill(0, used, used + length);
  used += length;
  return bytes;
}

/** What encryption makes: the ciphertext is followed by the 16 byte tag. */
export interface Encrypted {
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
}

/** AES-256-GCM under a fresh random nonce. */
export function encrypt(key: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Encrypted {
  const nonce = freshBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  return { nonce, ciphertext };
}

/** Opens what `encrypt` made; any other key, associated data, length or bit is `seal-broken`. */
export function decrypt(
  key: Uint8Array,
  associated: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
): Buffer {
  if (nonce.length !== NONCE_BYTES || ciphertext.length < TAG_BYTES) throw new CustodyError('seal-broken');
  const end = ciphertext.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(associated)
    .setAuthTag(ciphertext.subarray(end));
  try {
    return Buffer.concat([decipher.update(ciphertext.subarray(0, end)), decipher.final()]);
  } catch (cause) {
    throw new CustodyError('seal-broken', { cause });
  }
}

/** Encrypts into one buffer: nonce, ciphertext, tag. */
export function encryptPacked(key: Uint8Array, associated: Uint8Array, plaintext: Uint8Array): Buffer {
  const { nonce, ciphertext } = encrypt(key, associated, plaintext);
  return Buffer.concat([nonce, ciphertext]);
}

/** Opens what `encryptPacked` made. */
export function decryptPacked(key: Uint8Array, associated: Uint8Array, packed: Uint8Array): Buffer {
  return decrypt(key, associated, packed.subarray(0, NONCE_BYTES), packed.subarray(NONCE_BYTES));
}
