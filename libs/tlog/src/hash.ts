import { hash } from 'node:crypto';

/** Length of a SHA-256. */
export const HASH_BYTES = 32;
/** Root of a log without entries: the hash of nothing (RFC 6962 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array());

/** A first byte keeps leaves and nodes apart, so that no entry passes for a subtree (RFC 6962 2.1). */
const LEAF = 0x00;
const NODE = 0x01;
const leafInput = Buffer.alloc(1 + 0xffff, LEAF);
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

/** Hash of an entry as a leaf of the tree. */
export function leafHash(entry: Uint8Array): Uint8Array {
  const hashed = Buffer.alloc(HASH_BYTES);
  writeLeafHash(entry, hashed, 0);
  return hashed;
}

/** Hash of the subtree whose halves hash to `left` and `right`. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}

/** Root of a perfect tree over `count` (a power of two) hashes that lie one behind the other from `offset` on. */
export function perfectRoot(hashes: Uint8Array, offset: number, count: number): Uint8Array {
  const level = Buffer.from(hashes.subarray(offset, offset + count * HASH_BYTES));
  for (let width = count; width > 1; width /= 2)
    for (let at = 0; at < width * HASH_BYTES; at += 2 * HASH_BYTES) {
      level.copy(nodeInput, 1, at, at + 2 * HASH_BYTES);
      writeHash(nodeInput, level, at / 2);
    }
  return level.subarray(0, HASH_BYTES);
}

/** Writes the leaf hash of an entry into a tile. */
export function writeLeafHash(entry: Uint8Array, out: Buffer, offset: number): void {
  const length = entry.length + 1;
  const input = length <= leafInput.length ? leafInput.subarray(0, length) : Buffer.alloc(length, LEAF);
  input.set(entry, 1);
  writeHash(input, out, offset);
}

/** Whether two hashes are the same. Nothing here is secret, so time does not matter. */
export const sameHash = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Place of the first entry that does not hash to the leaf in its place of a tile; -1 when all do. */
export const firstChanged = (entries: readonly Uint8Array[], tile: Uint8Array): number =>
  entries.findIndex(
    (entry, n) => !sameHash(leafHash(entry), tile.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES)),
  );

/** SHA-256 of any bytes. */
export function sha256(message: Uint8Array): Uint8Array {
  const out = Buffer.alloc(HASH_BYTES);
  writeHash(message, out, 0);
  return out;
}

/** A one-shot digest as text, copied into its place, takes a third of the time of one that comes as a buffer. */
function writeHash(message: Uint8Array, out: Buffer, offset: number): void {
  out.write(hash('sha256', message, 'binary'), offset, 'latin1');
}
