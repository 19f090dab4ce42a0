import { nodeHash, perfectRoot, HASH_BYTES } from './hash.js';
import { consistencyRanges, inclusionRanges, subtreesOf, type EntryRange, type Subtree } from './subtree.js';
import { TILE_WIDTH } from './tile-path.js';
import { readTile, type TileReader } from './tile-reader.js';

/** A tile by level and index, of the width that it has in the log in hand. */
export type TileSource = (level: number, index: number) => Promise<Uint8Array>;

/** Height of the tree that a tile spans. */
const TILE_HEIGHT = 8;

/** The hashes that prove entry `index` in the log of `size` entries, from the leaf's sibling up. Throws `LogFault`. */
export function proveInclusion(read: TileReader, size: number, index: number): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size))
    throw new RangeError(`no entry ${index} in a log of ${size}`);
  return hashRanges(inclusionRanges(index, size), (level, n) => readTile(read, size, level, n));
}

/** The hashes that prove that the log of `newer` entries is the log of `older` with more behind. Throws `LogFault`. */
export function proveConsistency(read: TileReader, older: number, newer: number): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(older) && older >= 0 && older <= newer))
    throw new RangeError(`a log of ${newer} has no earlier size ${older}`);
  return hashRanges(consistencyRanges(older, newer), (level, n) => readTile(read, newer, level, n));
}

/** The hashes of ranges; each tile that they need is read once, and all at the same time. */
export async function hashRanges(ranges: readonly EntryRange[], tiles: TileSource): Promise<Uint8Array[]> {
  const asked = new Map<string, Promise<Uint8Array>>();
  const hashOf = async ({ height, index }: Subtree): Promise<Uint8Array> => {
    const level = Math.floor(height / TILE_HEIGHT);
    const count = 2 ** (height % TILE_HEIGHT);
    const tileIndex = Math.floor((index * count) / TILE_WIDTH);
    const name = `${level}/${tileIndex}`;
    const tile = asked.get(name) ?? tiles(level, tileIndex);
    asked.set(name, tile);
    return perfectRoot(await tile, ((index * count) % TILE_WIDTH) * HASH_BYTES, count);
  };
  return Promise.all(
    ranges.map(async (range) =>
      (await Promise.all(subtreesOf(range).map(hashOf))).reduceRight((right, left) => nodeHash(left, right)),
    ),
  );
}
