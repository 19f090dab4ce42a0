import type { ControlSigner } from '@bailiwick/kafka';
import type { Book, Version } from '../book/book.js';
import { lockEffects, type Db } from '../db.js';
import type { DeployedCell } from './deployed-cell.js';
import { foundingChange } from './founding-change.js';

/**
 * Takes the keys of pools over from the cells file, by one recorded change, in a store that was founded before keys were agreed on.
 * Once: as soon as one pool has a key, nobody but a change request gives another pool one, whatever the file says.
 */
export async function adoptPoolKeys(
  db: Db,
  book: Book,
  cells: readonly DeployedCell[],
  signer: ControlSigner,
): Promise<void> {
  await lockEffects(db);
  const pools = [...book.everywhere('pool')];
  if (pools.some(({ body }) => body?.publicKey !== undefined)) return;
  const adopted = pools.flatMap((pool) => withKey(pool, cells));
  if (adopted.length === 0) return;
  const detail = adopted.map(({ id }) => id).join(', ');
  await foundingChange(db, { title: 'Keys of pools, by the cells file', versions: adopted, detail }, signer);
}

function withKey({ kind, scope, id, version, body }: Version<'pool'>, cells: readonly DeployedCell[]) {
  const publicKey = body && cells.find(({ region }) => region === body.region)?.pools[id];
  return publicKey ? [{ kind, scope, id, version: version + 1, body: { ...body, publicKey } }] : [];
}
