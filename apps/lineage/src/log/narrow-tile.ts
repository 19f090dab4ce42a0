import { parseBundle, type TileName } from '@bailiwick/tlog';

const HASH_BYTES = 32;
const LENGTH_BYTES = 2;

/** The first hashes or entries of a tile or bundle that grew: what it was when it was as wide as `name` says. Null when it is narrower. */
export function narrow(file: Uint8Array, { level, width }: TileName): Uint8Array | null {
  const bytes = level === 'entries' ? bundleBytes(file, width) : width * HASH_BYTES;
  return bytes === null || file.length < bytes ? null : file.subarray(0, bytes);
}

function bundleBytes(file: Uint8Array, width: number): number | null {
  const entries = parseBundle(file);
  if (!entries.ok || entries.value.length < width) return null;
  return entries.value.slice(0, width).reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0);
}
