import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { cosignatureMessage, joinCosignature } from './cosignature.js';
import { toBase64 } from './text.js';
import { accept, refuse, type Verdict } from './verdict.js';
import { parseKeyText, typedKey, VerifierKey, type KeyFault, type KeyType } from './verifier-key.js';

const SEED_BYTES = 32;
/** DER of an Ed25519 private key up to its 32 bytes (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const PREFIX = 'PRIVATE+KEY+';

/** A private key that signs notes, or cosigns those of others. Prints its public part only. */
export class SigningKey {
  readonly #seed: Uint8Array;
  readonly #key: KeyObject;

  private constructor(
    seed: Uint8Array,
    key: KeyObject,
    /** What others verify with. */
    readonly verifier: VerifierKey,
  ) {
    this.#seed = seed;
    this.#key = key;
  }

  /** A new key. */
  static generate(name: string, type: KeyType): Verdict<SigningKey, KeyFault> {
    return SigningKey.of(name, type, randomBytes(SEED_BYTES));
  }

  /** The key of a seed of 32 bytes (RFC 8032 5.1.5). */
  static of(name: string, type: KeyType, seed: Uint8Array): Verdict<SigningKey, KeyFault> {
    if (seed.length !== SEED_BYTES) return refuse('key-malformed');
    const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
    const verifier = VerifierKey.of(name, type, spki.subarray(-32));
    return verifier.ok ? accept(new SigningKey(Buffer.from(seed), key, verifier.value)) : verifier;
  }

  /** Reads `PRIVATE+KEY+<name>+<id>+<base64>`, as Go's `note.GenerateKey` writes it. */
  static parse(text: string): Verdict<SigningKey, KeyFault> {
    const parts = text.startsWith(PREFIX) ? parseKeyText(text.slice(PREFIX.length)) : refuse('key-malformed');
    if (!parts.ok) return parts;
    const key = SigningKey.of(parts.value.name, parts.value.type, parts.value.material);
    return key.ok && key.value.verifier.id !== parts.value.id ? refuse('key-id-differs') : key;
  }

  /** Name under which notes cite it. */
  get name(): string {
    return this.verifier.name;
  }

  /** The secret text that `parse` reads. */
  secret(): string {
    const { name, id, type } = this.verifier;
    return `${PREFIX}${name}+${id}+${toBase64(typedKey(type, this.#seed))}`;
  }

  /** Signature of a note's text. Throws `TypeError` when this key is for cosignatures. */
  sign(text: string): Uint8Array {
    this.#assertType('note');
    return sign(null, Buffer.from(text), this.#key);
  }

  /** Cosignature of a checkpoint's text at a time in seconds since the epoch. Throws `TypeError` when this key is for notes. */
  cosign(text: string, time: number): Uint8Array {
    this.#assertType('cosignature');
    return joinCosignature(time, sign(null, cosignatureMessage(text, time), this.#key));
  }

  #assertType(type: KeyType): void {
    if (this.verifier.type !== type)
      throw new TypeError(`${this.verifier.vkey} is not a key of type ${type}`);
  }
}
