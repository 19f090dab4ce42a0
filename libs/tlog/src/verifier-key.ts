import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { cosignatureMessage, splitCosignature } from './cosignature.js';
import { sha256 } from './hash.js';
import { fromBase64, toBase64 } from './text.js';
import { accept, refuse, type Verdict } from './verdict.js';

/** What a key signs, and the byte that says so in C2SP signed-note: notes of its own, or cosignatures of others'. */
export const KEY_TYPES = { note: 0x01, cosignature: 0x04 } as const;
export type KeyType = keyof typeof KEY_TYPES;

/** Every way in which a key's text can be wrong. */
export type KeyFault = 'key-malformed' | 'key-type-unknown' | 'key-id-differs';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** DER of an Ed25519 public key up to its 32 bytes (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** A public key under the name by which notes cite it (C2SP signed-note, «Verifier keys»). */
export class VerifierKey {
  /** Eight hexadecimal digits, over name, type and key. */
  readonly id: string;
  /** `<name>+<id>+<base64>`: how the key is written. */
  readonly vkey: string;
  readonly #key: KeyObject;

  private constructor(
    readonly name: string,
    readonly type: KeyType,
    /** 32 bytes (RFC 8032). */
    readonly publicKey: Uint8Array,
  ) {
    const typed = typedKey(type, publicKey);
    const digest = sha256(Buffer.concat([Buffer.from(`${name}\n`), typed]));
    this.id = Buffer.from(digest.subarray(0, 4)).toString('hex');
    this.vkey = `${name}+${this.id}+${toBase64(typed)}`;
    this.#key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  }

  /** The key of 32 bytes under a name. */
  static of(name: string, type: KeyType, publicKey: Uint8Array): Verdict<VerifierKey, KeyFault> {
    if (!isKeyName(name) || publicKey.length !== KEY_BYTES) return refuse('key-malformed');
    return accept(new VerifierKey(name, type, publicKey));
  }

  /** Reads `<name>+<id>+<base64>`. */
  static parse(vkey: string): Verdict<VerifierKey, KeyFault> {
    const parts = parseKeyText(vkey);
    if (!parts.ok) return parts;
    const key = VerifierKey.of(parts.value.name, parts.value.type, parts.value.material);
    return key.ok && key.value.id !== parts.value.id ? refuse('key-id-differs') : key;
  }

  /** Whether the key signed this text; a cosignature brings its time with it. */
  verify(text: string, signature: Uint8Array): boolean {
    if (this.type === 'note') return this.#verify(Buffer.from(text), signature);
    const parts = splitCosignature(signature);
    return parts !== undefined && this.#verify(cosignatureMessage(text, parts.time), parts.signature);
  }

  #verify(message: Uint8Array, signature: Uint8Array): boolean {
    return signature.length === SIGNATURE_BYTES && verify(null, message, this.#key, signature);
  }
}

/** A key's name: no white space, no plus, not empty. */
export const isKeyName = (name: string): boolean =>
  /^[^\p{White_Space}+]+$/u.test(name) && name.isWellFormed();

/** A key behind the byte of its type. */
export const typedKey = (type: KeyType, key: Uint8Array): Buffer =>
  Buffer.concat([Uint8Array.of(KEY_TYPES[type]), key]);

/** `<name>+<id>+base64(type || material)`, as public and private keys are written. */
export function parseKeyText(
  text: string,
): Verdict<
  { readonly name: string; readonly id: string; readonly type: KeyType; readonly material: Uint8Array },
  KeyFault
> {
  const [, name = '', id = '', base64 = ''] = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const bytes = fromBase64(base64);
  if (!isKeyName(name) || bytes === undefined || bytes.length === 0) return refuse('key-malformed');
  const type = (['note', 'cosignature'] as const).find((known) => KEY_TYPES[known] === bytes[0]);
  if (type === undefined) return refuse('key-type-unknown');
  return accept({ name, id, type, material: bytes.subarray(1) });
}
