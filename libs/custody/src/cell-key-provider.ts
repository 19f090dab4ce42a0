import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { decryptPacked, encryptPacked, KEY_BYTES } from './aead.js';
import { CustodyError } from './custody-error.js';
import { FileSecrets, type ErasableSecrets } from './erasable-secrets.js';
import { agree, rawPublicKey, readPrivateKey, readPublicKey } from './key-agreement.js';

/**
 * Holder of a cell's topmost keys, which never leave it: a local file for development, a KMS otherwise. It does the key
 * agreement for what is sealed to the cell, and keeps the secrets by which keys of tenants and data subjects are wrapped.
 */
export interface CellKeyProvider {
  /** What erasure destroys. */
  readonly secrets: ErasableSecrets;
  /** Raw X25519 public key of the cell. */
  readonly publicKey: Uint8Array;
  wrap(associated: Uint8Array, key: Uint8Array): Promise<Buffer>;
  /** Throws `seal-broken` when the key was wrapped by another cell or for something else. */
  unwrap(associated: Uint8Array, wrapped: Uint8Array): Promise<Buffer>;
  agree(encapsulated: Uint8Array): Promise<Buffer>;
}

const CellKeyFile = z.strictObject({ kek: z.base64(), x25519PrivateKey: z.base64url() });

/** Cell keys in a local file, with the erasable secrets in a folder beside it: `cell.json` and `cell.json.secrets`. */
export class FileCellKeys implements CellKeyProvider {
  readonly secrets: ErasableSecrets;
  readonly publicKey: Uint8Array;
  readonly #kek: Buffer;
  readonly #privateKey: KeyObject;

  private constructor(path: string, kek: Buffer, privateKey: KeyObject) {
    if (kek.length !== KEY_BYTES) throw new CustodyError('key-file-invalid');
    this.#kek = kek;
    this.#privateKey = privateKey;
    this.publicKey = rawPublicKey(privateKey);
    this.secrets = new FileSecrets(`${path}.secrets`, this);
  }

  /** Reads the file named by `BAILIWICK_CELL_KEY_FILE`; throws `key-file-invalid`. */
  static read(path: string): FileCellKeys {
    const { kek, x25519PrivateKey } = readKeyFile(path, CellKeyFile);
    return new FileCellKeys(path, Buffer.from(kek, 'base64'), readPrivateKey(x25519PrivateKey));
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
