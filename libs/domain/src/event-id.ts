import { createHash } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base32 in lower case without padding. */
export function base32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(value >>> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

/**
 * Id of an event: the same tenant, source and source id always make the same id, so a push that is repeated
 * is recognised. Lengths are hashed too, so no two triples collide by moving a boundary.
 */
export function eventId(tenant: string, source: string, sourceId: string): string {
  const hash = createHash('sha256');
  for (const part of [tenant, source, sourceId]) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return `evt_${base32(hash.digest().subarray(0, 16))}`;
}

/** Shape of an event id. */
export const EVENT_ID = /^evt_[a-z2-7]{26}$/;
/** Form of the id of a credential that the control-plane minted, which is the event of the fact of it. */
export const CREDENTIAL_ID = /^(?:token|lease)_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
