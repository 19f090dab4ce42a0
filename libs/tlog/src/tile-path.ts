/** Hashes in a full tile, and entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** A file of the log: a tile of hashes (level 0 holds leaf hashes), or a bundle of entries. */
export interface TileName {
  readonly level: number | 'entries';
  readonly index: number;
  /** 1 to 256; a tile narrower than 256 is partial. */
  readonly width: number;
}

const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** `tile/<L>/x001/x234/067[.p/<W>]`. */
export function tilePath({ level, index, width }: TileName): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? [];
  const path = `tile/${level}/${groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/')}`;
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

/** The file that a path names; undefined when it is not written exactly as `tilePath` would. */
export function parseTilePath(path: string): TileName | undefined {
  const [, level = '', groups = '', last = '', width] = PATH.exec(path) ?? [];
  const index = Number(groups.replaceAll(/[x/]/g, '') + last);
  const name: TileName = {
    level: level === 'entries' ? level : Number(level),
    index,
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  const known = level === 'entries' || (level !== '' && Number(level) <= 63);
  return known && Number.isSafeInteger(index) && tilePath(name) === path ? name : undefined;
}

/** Hashes at a level of tiles in a log of `size` entries. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Width of a tile in a log of `size` entries: 0 when there is none. */
export function widthOf(level: number | 'entries', index: number, size: number): number {
  const hashes = hashesAt(level === 'entries' ? 0 : level, size) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** Levels of tiles that a log of `size` entries has. */
export function levelsOf(size: number): number {
  let levels = 0;
  while (hashesAt(levels, size) > 0) levels += 1;
  return levels;
}
