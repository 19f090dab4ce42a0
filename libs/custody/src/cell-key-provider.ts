import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { decryptPacked, encryptPacked, KEY_BYTES } from './aead.js';
import { CustodyError } from './custody-error.js';
import { agree, rawPublicKey, readPrivateKey, readPublicKey } from './key-agreement.js';

/**
 * Holder of a cell's topmost keys, which never leave it: a local file for development, a KMS otherwise. It wraps
 * tenant keys and does the key agreement for what is sealed to the cell.
 */
export interface CellKeyProvider {
  /** Raw X25519 public key of the cell. */
  readonly publicKey: Uint8Array;
  wrap(associated: Uint8Array, key: Uint8Array): Promise<Buffer>;
  /** Throws `seal-broken` when the key was wrapped by another cell or for something else. */
  unwrap(associated: Uint8Array, wrapped: Uint8Array): Promise<Buffer>;
  agree(encapsulated: Uint8Array): Promise<Buffer>;
}

const CellKeyFile = z.strictObject({ kek: z.base64(), x25519PrivateKey: z.base64url() });

/** Cell keys in a local file. */
export class FileCellKeys implements CellKeyProvider {
  readonly publicKey: Uint8Array;
  readonly #kek: Buffer;
  readonly #privateKey: KeyObject;

  private constructor(kek: Buffer, privateKey: KeyObject) {
    if (kek.length !== KEY_BYTES) throw new CustodyError('key-file-invalid');
    this.#kek = kek;
    this.#privateKey = privateKey;
    this.publicKey = rawPublicKey(privateKey);
  }

  /** Reads the file named by `BAILIWICK_CELL_KEY_FILE`; throws `key-file-invalid`. */
  static read(path: string): FileCellKeys {
    const { kek, x25519PrivateKey } = readKeyFile(path, CellKeyFile);
    return new FileCellKeys(Buffer.from(kek, 'base64'), readPrivateKey(x25519PrivateKey));
  }

  wrap(associated: Uint8Array, key: Uint8Array): Promise<Buffer> {
    return Promise.resolve(encryptPacked(this.#kek, associated, key));
  }

  async unwrap(associated: Uint8Array, wrapped: Uint8Array): Promise<Buffer> {
    return decryptPacked(this.#kek, associated, wrapped);
  }

  async agree(encapsulated: Uint8Array): Promise<Buffer> {
    return agree(this.#privateKey, readPublicKey(encapsulated));
  }
}

/** Reads a JSON key file. What was wrong with it is not told: a message could quote a key. */
export function readKeyFile<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new CustodyError('key-file-invalid');
  }
}
