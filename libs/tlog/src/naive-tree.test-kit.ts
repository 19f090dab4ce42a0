import { createHash } from 'node:crypto';
import { tilePath } from './tile-path.js';
import type { TileReader } from './tile-reader.js';
import { EMPTY_EDGE, type RightEdge } from './right-edge.js';
import { writeTiles } from './write-tiles.js';

/** RFC 6962 2.1 word by word: slow, and made of nothing that the library is made of. */
const sha = (...parts: Uint8Array[]): Buffer =>
  parts.reduce((digest, part) => digest.update(part), createHash('sha256')).digest();
export const naiveLeaf = (entry: Uint8Array): Buffer => sha(Buffer.from([0]), entry);
const naiveNode = (left: Buffer, right: Buffer): Buffer => sha(Buffer.from([1]), left, right);

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH(D[n]). */
export function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length < 2) return leaves[0] ?? sha();
  const k = split(leaves.length);
  return naiveNode(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** PATH(m, D[n]). */
export function naivePath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...naivePath(index, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(index - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** PROOF(m, D[n]). */
export function naiveProof(older: number, leaves: readonly Buffer[], complete = true): Buffer[] {
  if (older === 0) return [];
  if (older === leaves.length) return complete ? [] : [naiveRoot(leaves)];
  const k = split(leaves.length);
  return older <= k
    ? [...naiveProof(older, leaves.slice(0, k), complete), naiveRoot(leaves.slice(k))]
    : [...naiveProof(older - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

/** Entry `n` of every log in these specs: lengths vary, 0 included. */
export const sampleEntry = (n: number): Buffer => Buffer.from(`entry ${n} `.repeat(n % 4));
export const sampleEntries = (start: number, end: number): Buffer[] =>
  Array.from({ length: end - start }, (_, n) => sampleEntry(start + n));

/** A log in memory: its files, what reads them, and its right edge. */
export interface SampleLog {
  readonly files: Map<string, Uint8Array>;
  readonly read: TileReader;
  readonly edge: RightEdge;
}

/** Writes the sample entries in batches that end at these sizes. */
export function sampleLog(...sizes: number[]): SampleLog {
  const files = new Map<string, Uint8Array>();
  let edge = EMPTY_EDGE;
  for (const size of sizes) {
    const written = writeTiles(edge, sampleEntries(edge.size, size));
    for (const [path, bytes] of written.files) files.set(path, bytes);
    edge = written.edge;
  }
  return { files, edge, read: readerOf(files) };
}

export const readerOf =
  (files: ReadonlyMap<string, Uint8Array>): TileReader =>
  (path) =>
    Promise.resolve(files.get(path) ?? null);

/** Every file that a log of `size` sample entries must have, worked out hash by hash. */
export function naiveFiles(size: number): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const leaves = sampleEntries(0, size).map(naiveLeaf);
  for (let level = 0, hashes = leaves; hashes.length > 0; level += 1) {
    const full: Buffer[] = [];
    for (let index = 0; index * 256 < hashes.length; index += 1) {
      const tile = hashes.slice(index * 256, (index + 1) * 256);
      files.set(tilePath({ level, index, width: tile.length }), Buffer.concat(tile));
      if (tile.length === 256) full.push(naiveRoot(tile));
    }
    hashes = full;
  }
  for (let start = 0; start < size; start += 256) {
    const entries = sampleEntries(start, Math.min(start + 256, size));
    const framed = entries.flatMap((entry) => [Buffer.from([entry.length >> 8, entry.length & 255]), entry]);
    files.set(
      tilePath({ level: 'entries', index: start / 256, width: entries.length }),
      Buffer.concat(framed),
    );
  }
  return files;
}
