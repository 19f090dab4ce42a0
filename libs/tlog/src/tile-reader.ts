import { HASH_BYTES } from './hash.js';
import { parseBundle } from './entry-bundle.js';
import { TILE_WIDTH, tilePath, widthOf } from './tile-path.js';

/** Reads a file of a log by its path; null when there is none. A folder, an HTTP client, a cache. */
export type TileReader = (path: string) => Promise<Uint8Array | null>;

/** Every way in which the files of a log can be wrong. */
export const LOG_FAULTS = {
  'tile-missing': 'A tile of hashes is not there.',
  'tile-malformed': 'A tile has another length than its place in the log demands.',
  'tile-changed': 'A tile is not the one that the root was made of.',
  'bundle-missing': 'A bundle of entries is not there.',
  'bundle-malformed': 'A bundle of entries cannot be read.',
  'entry-changed': 'An entry is not the one that its tile was made of.',
  'size-short': 'The log ends before the size that is stated.',
  'root-differs': 'All files fit each other, but not the root that is stated: it is the root of another log.',
} as const;
export type LogFaultKind = keyof typeof LOG_FAULTS;

/** A file of a log that is not there, or not what it must be. Thrown by readers; `fsck` turns it into a value. */
export class LogFault extends Error {
  override readonly name = 'LogFault';
  constructor(
    readonly kind: LogFaultKind,
    /** File in which it was seen. */
    readonly path: string,
    /** Index of the entry, where it is about one; of the first missing one for `size-short`. */
    readonly index?: number,
  ) {
    super(`${LOG_FAULTS[kind]} ${path}${index === undefined ? '' : `, entry ${index}`}`);
  }
}

/** The tile of a log of `size` entries, cut to the width that it had then. Throws `LogFault`. */
export async function readTile(
  read: TileReader,
  size: number,
  level: number,
  index: number,
): Promise<Uint8Array> {
  const width = widthOf(level, index, size);
  const [path, tile] = await readPartialOrFull(read, level, index, width);
  if (tile === null) throw new LogFault('tile-missing', path);
  const exact = tile.length === width * HASH_BYTES;
  if (!exact && tile.length !== TILE_WIDTH * HASH_BYTES) throw new LogFault('tile-malformed', path);
  return tile.subarray(0, width * HASH_BYTES);
}

/** The entries of a bundle of a log of `size` entries. Throws `LogFault`. */
export async function readBundle(
  read: TileReader,
  size: number,
  index: number,
): Promise<readonly Uint8Array[]> {
  const width = widthOf('entries', index, size);
  const [path, bundle] = await readPartialOrFull(read, 'entries', index, width);
  if (bundle === null) throw new LogFault('bundle-missing', path);
  const entries = parseBundle(bundle);
  if (!entries.ok) throw new LogFault('bundle-malformed', path);
  const { length } = entries.value;
  if (length < width) throw new LogFault('size-short', path, index * TILE_WIDTH + length);
  if (length > width && length !== TILE_WIDTH) throw new LogFault('bundle-malformed', path);
  return entries.value.slice(0, width);
}

/** A log may drop a partial file once the full one is there. */
async function readPartialOrFull(
  read: TileReader,
  level: number | 'entries',
  index: number,
  width: number,
): Promise<readonly [string, Uint8Array | null]> {
  const path = tilePath({ level, index, width });
  const file = await read(path);
  if (file !== null || width === TILE_WIDTH) return [path, file];
  const full = tilePath({ level, index, width: TILE_WIDTH });
  const substitute = await read(full);
  return substitute === null ? [path, null] : [full, substitute];
}
