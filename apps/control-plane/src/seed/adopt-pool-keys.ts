import type { ControlSigner } from '@bailiwick/kafka';
import { audit } from '../audit/audit.js';
import type { Book, Version } from '../book/book.js';
import { insertChange, insertVersions, settleChange } from '../change/change-store.js';
import { signStatement } from '../change/statement.js';
import { lockEffects, type Db } from '../db.js';
import { MESH } from '../terms/thing.js';
import type { DeployedCell } from './deployed-cell.js';

const FOUNDER = 'founding';

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
  const id = await insertChange(db, {
    scope: MESH,
    authority: MESH,
    title: 'Keys of pools, by the cells file',
    reason: null,
    author: FOUNDER,
    authorName: FOUNDER,
    operations: [],
    state: 'proposed',
    emergencyUntil: null,
  });
  await insertVersions(db, id, adopted);
  const effectiveAt = new Date().toISOString();
  const stated = { change: id, tenant: null, author: FOUNDER, approvals: [], emergency: null, things: [] };
  const statement = await signStatement({ ...stated, effectiveAt }, signer);
  await settleChange(db, id, { state: 'in-force', by: FOUNDER, statement });
  const detail = adopted.map((pool) => pool.id).join(', ');
  await audit(db, { scope: MESH, subject: FOUNDER, act: 'found', target: id, detail });
}

function withKey({ kind, scope, id, version, body }: Version<'pool'>, cells: readonly DeployedCell[]) {
  const publicKey = body && cells.find(({ region }) => region === body.region)?.pools[id];
  return publicKey ? [{ kind, scope, id, version: version + 1, body: { ...body, publicKey } }] : [];
}
