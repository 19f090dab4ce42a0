import { generateKeyPairSync } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { decryptPacked, encryptPacked, KEY_BYTES } from './aead.js';
import { CustodyError } from './custody-error.js';
import { agree, deriveKey, PUBLIC_KEY_BYTES, rawPublicKey, readPublicKey } from './key-agreement.js';

/** First byte of a data key that is wrapped to a public key: version, encapsulated key, nonce, key, tag. */
const VERSION = 2;
/** An encapsulated key is used for at most ten minutes, so losing one exposes no more than that. */
const SESSION_MS = 600_000;
const KEPT = 256;

interface Session {
  readonly encapsulated: Buffer;
  readonly key: Buffer;
}

/**
 * Wraps data keys to X25519 public keys. One key agreement costs more than a hundred wraps, so it is made once a
 * recipient and session, not once a record; the encapsulated public key travels with every wrapped key.
 */
export class SealingSessions {
  readonly #sessions: LRUCache<string, Session>;

  constructor(sessionMs = SESSION_MS) {
    this.#sessions = new LRUCache({ max: KEPT, ttl: sessionMs });
  }

  /** Wraps a data key for the recipient that holds the private half of `publicKey` (raw, base64url). */
  wrap(recipient: string, publicKey: string, associated: Uint8Array, dataKey: Uint8Array): Buffer {
    const { encapsulated, key } = this.#session(recipient, publicKey);
    return Buffer.concat([Buffer.of(VERSION), encapsulated, encryptPacked(key, associated, dataKey)]);
  }

  #session(recipient: string, publicKey: string): Session {
    const name = `${recipient} ${publicKey}`;
    const known = this.#sessions.get(name);
    if (known) return known;
    const raw = Buffer.from(publicKey, 'base64url');
    const { privateKey } = generateKeyPairSync('x25519');
    const encapsulated = rawPublicKey(privateKey);
    const key = sessionKey(agree(privateKey, readPublicKey(raw)), recipient, encapsulated, raw);
    const session = { encapsulated, key };
    this.#sessions.set(name, session);
    return session;
  }
}

/** Does the key agreement of a private key that may live elsewhere, for example in a KMS. */
export type Agree = (encapsulated: Uint8Array) => Promise<Buffer> | Buffer;

/** Unwraps data keys that `SealingSessions` wrapped; remembers the session of each encapsulated key. */
export class OpeningSessions {
  readonly #keys = new LRUCache<string, Promise<Buffer>>({ max: KEPT, ttl: 2 * SESSION_MS });
  readonly #recipient: string;
  readonly #publicKey: Uint8Array;
  readonly #agree: Agree;

  constructor(recipient: string, publicKey: Uint8Array, agreement: Agree) {
    this.#recipient = recipient;
    this.#publicKey = publicKey;
    this.#agree = agreement;
  }

  async unwrap(associated: Uint8Array, wrapped: Uint8Array): Promise<Buffer> {
    if (wrapped[0] !== VERSION) throw new CustodyError('seal-broken');
    const encapsulated = wrapped.subarray(1, 1 + PUBLIC_KEY_BYTES);
    const dataKey = decryptPacked(
      await this.#key(encapsulated),
      associated,
      wrapped.subarray(1 + PUBLIC_KEY_BYTES),
    );
    if (dataKey.length !== KEY_BYTES) throw new CustodyError('seal-broken');
    return dataKey;
  }

  /** The promise is what is remembered, so that records which arrive together share one key agreement. */
  #key(encapsulated: Uint8Array): Promise<Buffer> {
    const name = Buffer.from(encapsulated).toString('base64url');
    const known = this.#keys.get(name);
    if (known) return known;
    const key = this.#derive(encapsulated);
    this.#keys.set(name, key);
    key.catch(() => this.#keys.delete(name));
    return key;
  }

  async #derive(encapsulated: Uint8Array): Promise<Buffer> {
    return sessionKey(await this.#agree(encapsulated), this.#recipient, encapsulated, this.#publicKey);
  }
}

/** Both public keys go in, as in HPKE's DHKEM (RFC 9180 4.1), so a session fits one pair of keys and no other. */
const sessionKey = (
  secret: Uint8Array,
  recipient: string,
  encapsulated: Uint8Array,
  publicKey: Uint8Array,
): Buffer => deriveKey(secret, Buffer.concat([encapsulated, publicKey]), `bailiwick/1/session/${recipient}`);
