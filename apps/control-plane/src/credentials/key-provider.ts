import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';

/** Holds the key that wraps all others and never gives it out: a KMS in a deployment, a file in the local stack. */
export interface KeyProvider {
  /** Wraps a data key; `context` must be given again to unwrap it. */
  readonly wrap: (dataKey: Buffer, context: string) => Promise<Buffer>;
  /** Throws when the bytes were not wrapped here, or for another context. */
  readonly unwrap: (wrapped: Buffer, context: string) => Promise<Buffer>;
}

const KeyFile = z.strictObject({ kek: z.base64url().length(43) });
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: nonce, ciphertext, tag. */
export function encrypt(key: Buffer, plaintext: Buffer, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `encrypt` made; throws when a bit of it or of the context differs. */
export function decrypt(key: Buffer, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}

/** The provider of the local stack: a file with 32 random bytes as `kek`. One that others may read is refused. */
export function fileKeyProvider(file: string): KeyProvider {
  const parsed = KeyFile.safeParse(parsedJson(file));
  if (!parsed.success)
    throw new BailiwickError('config-invalid', 'BAILIWICK_SEALING_KEY_FILE: holds no {"kek"} of 32 bytes');
  const key = Buffer.from(parsed.data.kek, 'base64url');
  return {
    wrap: async (dataKey, context) => encrypt(key, dataKey, context),
    unwrap: async (wrapped, context) => decrypt(key, wrapped, context),
  };
}

function parsedJson(file: string): unknown {
  try {
    if ((statSync(file).mode & 0o077) === 0) return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  throw new BailiwickError('config-invalid', 'BAILIWICK_SEALING_KEY_FILE: others may read it; chmod 600');
}
