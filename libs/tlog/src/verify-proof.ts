import { EMPTY_ROOT, HASH_BYTES, nodeHash, sameHash } from './hash.js';
import { consistencyRanges, inclusionRanges } from './subtree.js';
import { accept, refuse, type Verdict } from './verdict.js';

/** Every way in which a proof can fail, in the order in which they are looked for. */
export const PROOF_FAULTS = {
  'proof-beyond-size': 'The index, or the older size, is beyond the size of the log.',
  'proof-wrong-length': 'The proof has more or fewer hashes than these sizes demand, or one is not 32 bytes.',
  'proof-other-older-root': 'The proof does not lead to the root of the older log.',
  'proof-other-root': 'The proof does not lead to the root of the log.',
} as const;
export type ProofFault = keyof typeof PROOF_FAULTS;

/** A size and the root of the log at that size. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether a leaf is the entry `index` of a log (RFC 6962 2.1.1). The value is the root. */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  { size, root }: TreeHead,
  proof: readonly Uint8Array[],
): Verdict<Uint8Array, ProofFault> {
  if (!isSize(index) || !isSize(size) || index >= size) return refuse('proof-beyond-size');
  const ranges = inclusionRanges(index, size);
  if (!areHashes([leaf, root, ...proof]) || proof.length !== ranges.length)
    return refuse('proof-wrong-length');
  const computed = ranges.reduce((below, { start }, n) => {
    const sibling = proof[n] as Uint8Array;
    return start > index ? nodeHash(below, sibling) : nodeHash(sibling, below);
  }, leaf);
  return sameHash(computed, root) ? accept(root) : refuse('proof-other-root');
}

/** Whether one log is another with entries added behind (RFC 6962 2.1.2). The value is the newer root. */
export function verifyConsistency(
  older: TreeHead,
  newer: TreeHead,
  proof: readonly Uint8Array[],
): Verdict<Uint8Array, ProofFault> {
  if (!isSize(older.size) || !isSize(newer.size) || older.size > newer.size)
    return refuse('proof-beyond-size');
  const ranges = consistencyRanges(older.size, newer.size);
  if (!areHashes([older.root, newer.root, ...proof]) || proof.length !== ranges.length)
    return refuse('proof-wrong-length');
  if (older.size === 0) {
    if (!sameHash(older.root, EMPTY_ROOT)) return refuse('proof-other-older-root');
    return newer.size > 0 || sameHash(newer.root, EMPTY_ROOT)
      ? accept(newer.root)
      : refuse('proof-other-root');
  }
  // A first range that ends at the older size is the subtree where both logs begin; else that is the older log itself.
  const seeded = ranges[0]?.end === older.size;
  const seed = seeded ? (proof[0] as Uint8Array) : older.root;
  let [old, all] = [seed, seed];
  for (const [n, { start }] of ranges.entries()) {
    if (seeded && n === 0) continue;
    const sibling = proof[n] as Uint8Array;
    if (start < older.size) {
      old = nodeHash(sibling, old);
      all = nodeHash(sibling, all);
    } else all = nodeHash(all, sibling);
  }
  if (!sameHash(old, older.root)) return refuse('proof-other-older-root');
  return sameHash(all, newer.root) ? accept(newer.root) : refuse('proof-other-root');
}

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const areHashes = (hashes: readonly Uint8Array[]): boolean =>
  hashes.every(({ length }) => length === HASH_BYTES);
