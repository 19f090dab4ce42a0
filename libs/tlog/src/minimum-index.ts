import { TILE_WIDTH } from './tile-path.js';
import { LogFault, readBundle, type TileReader } from './tile-reader.js';

/**
 * The index from which on a log of `size` entries serves its entries: 0, or a multiple of 256 where it was pruned from its beginning; `size` when
 * not even the last bundle is there. Whether a log may have been pruned so far is for whoever knows its retention policy to say.
 * C2SP tlog-tiles, Pruning.
 */
export async function minimumIndex(read: TileReader, size: number): Promise<number> {
  const last = Math.floor((size - 1) / TILE_WIDTH);
  if (size === 0 || (await hasBundle(read, size, 0))) return 0;
  if (!(await hasBundle(read, size, last))) return size;
  return TILE_WIDTH * (await firstWhere(0, last, (index) => hasBundle(read, size, index)));
}

/** Whether a bundle is there and can be read. */
export const hasBundle = (read: TileReader, size: number, index: number): Promise<boolean> =>
  readBundle(read, size, index).then(
    () => true,
    (fault: unknown) => {
      if (fault instanceof LogFault && fault.kind === 'bundle-missing') return false;
      if (fault instanceof LogFault) return true;
      throw fault;
    },
  );

/** The first index for which something holds that holds for `last`, and for every index after one for which it holds. */
export async function firstWhere(
  first: number,
  last: number,
  holds: (index: number) => Promise<boolean>,
): Promise<number> {
  let [without, at] = [first - 1, last];
  while (at - without > 1) {
    const middle = Math.floor((without + at) / 2);
    if (await holds(middle)) at = middle;
    else without = middle;
  }
  return at;
}
