import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { CustodyError } from './custody-error.js';
import { KEY_BYTES } from './aead.js';

/** Bytes of a raw X25519 public key (RFC 7748). */
export const PUBLIC_KEY_BYTES = 32;

/** An X25519 key pair as text: `publicKey` is the raw key (JWK `x`), `privateKey` is PKCS #8, both base64url. */
export interface KeyPairText {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Makes an X25519 key pair, for a cell or a pool. */
export function generateKeyPair(): KeyPairText {
  const { privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: rawPublicKey(privateKey).toString('base64url'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
  };
}

/** Content of a new cell key file, as `BAILIWICK_CELL_KEY_FILE` expects it, and the cell's public key. */
export function generateCellKeys(): { file: { kek: string; x25519PrivateKey: string }; publicKey: string } {
  const pair = generateKeyPair();
  return {
    file: { kek: randomBytes(KEY_BYTES).toString('base64'), x25519PrivateKey: pair.privateKey },
    publicKey: pair.publicKey,
  };
}

/** The raw public key of a private or public X25519 key. */
export function rawPublicKey(key: KeyObject): Buffer {
  const { x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (x === undefined) throw new CustodyError('key-file-invalid');
  return Buffer.from(x, 'base64url');
}

/** Reads a raw X25519 public key. */
export function readPublicKey(raw: Uint8Array): KeyObject {
  if (raw.length !== PUBLIC_KEY_BYTES) throw new CustodyError('seal-broken');
  const x = Buffer.from(raw).toString('base64url');
  return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x } });
}

/** Reads a PKCS #8 X25519 private key in base64url. */
export function readPrivateKey(text: string): KeyObject {
  try {
    const key = createPrivateKey({ key: Buffer.from(text, 'base64url'), format: 'der', type: 'pkcs8' });
    if (key.asymmetricKeyType === 'x25519') return key;
  } catch (cause) {
    throw new CustodyError('key-file-invalid', { cause });
  }
  throw new CustodyError('key-file-invalid');
}

/** X25519 shared secret; a public key of small order, which gives an all-zero secret (RFC 7748 6.1), is refused. */
export function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch (cause) {
    throw new CustodyError('seal-broken', { cause });
  }
}

/** HKDF-SHA256 (RFC 5869) to one key of 32 bytes. */
export const deriveKey = (secret: Uint8Array, salt: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, KEY_BYTES));
