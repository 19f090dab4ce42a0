import { appendToBundle, assertEntriesFit } from './entry-bundle.js';
import { HASH_BYTES, perfectRoot, writeLeafHash } from './hash.js';
import type { RightEdge } from './right-edge.js';
import { TILE_WIDTH, tilePath } from './tile-path.js';

/** What must be written so that a log has more entries. */
export interface TileWrite {
  /** Files by path. A partial tile or bundle stays beside its successors, which never overwrite it with other bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The right edge afterwards: keep it only once the files are written. */
  readonly edge: RightEdge;
}

/**
 * Appends entries to a log: which files to write, and the right edge for the next append. Pure: the same log gives
 * the same bytes, however it was cut into batches. Leaf hashes of the entries are believed, where the caller has them. Throws
 * `EntryTooLong` before it has done anything.
 */
export function writeTiles(
  edge: RightEdge,
  entries: readonly Uint8Array[],
  hashes?: readonly Uint8Array[],
): TileWrite {
  assertEntriesFit(entries);
  const files = new Map<string, Uint8Array>();
  const levels = edge.tiles.map((tile, level) => openTile(level, edge.size, tile));
  let { bundle, size } = edge;
  for (let at = 0; at < entries.length;) {
    const index = Math.floor(size / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, (size % TILE_WIDTH) + entries.length - at);
    const chunk = entries.slice(at, at + width - (size % TILE_WIDTH));
    bundle = appendToBundle(bundle, chunk);
    files.set(tilePath({ level: 'entries', index, width }), bundle);
    if (width === TILE_WIDTH) bundle = new Uint8Array();
    const leaves = (levels[0] ??= openTile(0, 0));
    for (const [n, entry] of chunk.entries()) {
      const known = hashes?.[at + n];
      if (known) leaves.hashes.set(known, leaves.width * HASH_BYTES);
      else writeLeafHash(entry, leaves.hashes, leaves.width * HASH_BYTES);
      leaves.width += 1;
    }
    leaves.changed = true;
    for (let level = 0; levels[level]?.width === TILE_WIDTH; level += 1) closeTile(levels, level, files);
    at += chunk.length;
    size += chunk.length;
  }
  const tiles = levels.map(({ level, index, width, hashes, changed }) => {
    const partial = hashes.subarray(0, width * HASH_BYTES);
    if (changed && width > 0) files.set(tilePath({ level, index, width }), partial);
    return partial;
  });
  return { files, edge: { size, bundle, tiles } };
}

/** A tile that is being filled. */
interface OpenTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Buffer;
  width: number;
  changed: boolean;
}

function openTile(level: number, size: number, hashes?: Uint8Array): OpenTile {
  const copy = Buffer.alloc(TILE_WIDTH * HASH_BYTES);
  copy.set(hashes ?? []);
  const index = Math.floor(size / TILE_WIDTH ** (level + 1));
  return { level, index, hashes: copy, width: (hashes?.length ?? 0) / HASH_BYTES, changed: false };
}

/** A full tile is a file, and one hash in the tile above it. */
function closeTile(levels: OpenTile[], level: number, files: Map<string, Uint8Array>): void {
  const full = levels[level] as OpenTile;
  files.set(tilePath(full), full.hashes);
  const parent = (levels[level + 1] ??= openTile(level + 1, 0));
  parent.hashes.set(perfectRoot(full.hashes, 0, TILE_WIDTH), parent.width * HASH_BYTES);
  parent.width += 1;
  parent.changed = true;
  levels[level] = {
    level,
    index: full.index + 1,
    hashes: Buffer.alloc(full.hashes.length),
    width: 0,
    changed: false,
  };
}
