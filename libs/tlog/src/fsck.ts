import { EMPTY_ROOT, HASH_BYTES, leafHash, perfectRoot, sameHash } from './hash.js';
import { edgeFrontier, edgeIndex, readEdgeTiles } from './right-edge.js';
import { TILE_WIDTH, tilePath, widthOf } from './tile-path.js';
import { firstWhere, hasBundle } from './minimum-index.js';
import { LogFault, readBundle, readTile, type TileReader } from './tile-reader.js';
import { VerifiedLog } from './verified-log.js';
import type { TreeHead } from './verify-proof.js';

/** What a check of a whole log found: nothing wrong, or the first thing that is. */
export type FsckVerdict = { readonly ok: true } | { readonly ok: false; readonly fault: LogFault };

/**
 * Reads every file of a log and checks all of it against the size and root of a checkpoint. Independent of the writer:
 * it recomputes each leaf hash and each tile. Of a log that was pruned (`minimumIndex`) it takes the index from which on it is to be whole.
 */
export async function fsck(read: TileReader, head: TreeHead, from = 0): Promise<FsckVerdict> {
  const first = Math.floor(from / TILE_WIDTH);
  try {
    const log = await VerifiedLog.open(read, head);
    for (let index = first; index * TILE_WIDTH < head.size; index += 1) await log.bundle(index);
    return { ok: true };
  } catch (fault) {
    if (!(fault instanceof LogFault)) throw fault;
    return { ok: false, fault: await closerLook(read, head, first, fault) };
  }
}

/** A file that is missing may be the log's end, and a wrong root has one wrong tile behind it, or is another log's. */
async function closerLook(
  read: TileReader,
  head: TreeHead,
  first: number,
  fault: LogFault,
): Promise<LogFault> {
  if (fault.kind === 'tile-missing' || fault.kind === 'bundle-missing')
    return (await whereItEnds(read, head.size, first)) ?? fault;
  if (fault.kind === 'root-differs') return (await wrongEdgeTile(read, head)) ?? fault;
  return fault;
}

/** `size-short` when there is no bundle from some point on to the end; undefined when the last bundle is there. */
async function whereItEnds(read: TileReader, size: number, first: number): Promise<LogFault | undefined> {
  const last = Math.floor((size - 1) / TILE_WIDTH);
  if (await hasBundle(read, size, last)) return undefined;
  const absent = await firstWhere(first, last, async (index) => !(await hasBundle(read, size, index)));
  const width = widthOf('entries', absent, size);
  return new LogFault(
    'size-short',
    tilePath({ level: 'entries', index: absent, width }),
    absent * TILE_WIDTH,
  );
}

/** The one tile at the right edge that, made anew from what is below it, gives the root that was stated. */
async function wrongEdgeTile(read: TileReader, { size, root }: TreeHead): Promise<LogFault | undefined> {
  const tiles = await readEdgeTiles(size, read);
  for (const [level, tile] of tiles.entries()) {
    const index = edgeIndex(level, size);
    const made = await remadeTile(read, size, level, index).catch(() => tile);
    const healed = { size, tiles: tiles.with(level, made) };
    if (!sameHash(made, tile) && sameHash(size === 0 ? EMPTY_ROOT : edgeFrontier(healed).root(), root)) {
      const width = tile.length / HASH_BYTES;
      return new LogFault('tile-changed', tilePath({ level, index, width }));
    }
  }
  return undefined;
}

/** A tile from the entries, or the full tiles, below it. */
async function remadeTile(read: TileReader, size: number, level: number, index: number): Promise<Uint8Array> {
  const width = widthOf(level, index, size);
  if (width === 0) return new Uint8Array();
  if (level === 0) return Buffer.concat((await readBundle(read, size, index)).map(leafHash));
  const children = Array.from({ length: width }, async (_, n) =>
    perfectRoot(await readTile(read, size, level - 1, index * TILE_WIDTH + n), 0, TILE_WIDTH),
  );
  return Buffer.concat(await Promise.all(children));
}
