import { appendToBundle } from './entry-bundle.js';
import { Frontier } from './frontier.js';
import { firstChanged, HASH_BYTES, perfectRoot, sameHash } from './hash.js';
import { TILE_WIDTH, levelsOf, tilePath, widthOf } from './tile-path.js';
import { LogFault, readBundle, readTile, type TileReader } from './tile-reader.js';

/** What an append must know of a log: its size, and the tiles and the bundle that are not full yet. A value. */
export interface RightEdge {
  readonly size: number;
  /** Bytes of the last entry bundle; empty when that is full. */
  readonly bundle: Uint8Array;
  /** For each level the hashes of its last tile; empty when that is full. */
  readonly tiles: readonly Uint8Array[];
}

/** The right edge of a log without entries. */
export const EMPTY_EDGE: RightEdge = { size: 0, bundle: new Uint8Array(), tiles: [] };

/**
 * Reads the right edge of the log that a frontier is of. Throws `LogFault` when a file is missing, or when the files
 * are those of another log than the frontier (`root-differs`, `entry-changed`).
 */
export async function readRightEdge(
  frontier: Pick<Frontier, 'size' | 'root'>,
  read: TileReader,
): Promise<RightEdge> {
  const { size } = frontier;
  const partial = size % TILE_WIDTH > 0;
  const [tiles, entries] = await Promise.all([
    readEdgeTiles(size, read),
    partial ? readBundle(read, size, Math.floor(size / TILE_WIDTH)) : [],
  ]);
  const edge = { size, tiles, bundle: appendToBundle(new Uint8Array(), entries) };
  if (!sameHash(edgeFrontier(edge).root(), frontier.root()))
    throw new LogFault('root-differs', tilePath({ level: 0, index: 0, width: Math.min(size, TILE_WIDTH) }));
  const index = Math.floor(size / TILE_WIDTH);
  const changed = firstChanged(entries, tiles[0] ?? new Uint8Array());
  if (changed !== -1) {
    const path = tilePath({ level: 'entries', index, width: entries.length });
    throw new LogFault('entry-changed', path, index * TILE_WIDTH + changed);
  }
  return edge;
}

/** The files of a right edge at the end of a bundle: what a log that goes on from there must have beside what is written then. */
export function edgeFiles({ size, tiles }: RightEdge): ReadonlyMap<string, Uint8Array> {
  const files = tiles.map((tile, level): [string, Uint8Array] => {
    const width = tile.length / HASH_BYTES;
    return [tilePath({ level, index: edgeIndex(level, size), width }), tile];
  });
  return new Map(files.filter(([, tile]) => tile.length > 0));
}

/** The tiles at the right edge of a log of `size` entries, level by level; empty where the last one is full. */
export function readEdgeTiles(size: number, read: TileReader): Promise<Uint8Array[]> {
  const levels = Array.from({ length: levelsOf(size) }, (_, level) => level);
  return Promise.all(
    levels.map(async (level) => {
      const index = edgeIndex(level, size);
      return widthOf(level, index, size) === 0 ? new Uint8Array() : readTile(read, size, level, index);
    }),
  );
}

/** Index of the tile at a level that is, or would be, partial. */
export const edgeIndex = (level: number, size: number): number =>
  Math.floor(size / TILE_WIDTH ** (level + 1));

/** The frontier of the log that this is the right edge of. */
export function edgeFrontier({ size, tiles }: Pick<RightEdge, 'size' | 'tiles'>): Frontier {
  const hashes = tiles.toReversed().flatMap((tile) => {
    const roots: Uint8Array[] = [];
    let at = 0;
    for (let count = TILE_WIDTH / 2; count >= 1; count /= 2) {
      if ((tile.length / HASH_BYTES) & count) {
        roots.push(perfectRoot(tile, at, count));
        at += count * HASH_BYTES;
      }
    }
    return roots;
  });
  return Frontier.of(size, hashes);
}
