import type { ControlSigner } from '@bailiwick/kafka';
import { audit } from '../audit/audit.js';
import { insertChange, insertVersions, settleChange } from '../change/change-store.js';
import { signStatement } from '../change/statement.js';
import type { Db } from '../db.js';
import { MESH } from '../terms/thing.js';

/** Who founds: nobody who signs in. */
export const FOUNDER = 'founding';

/** What is put in force by file, and how people read it. */
export interface Founding {
  readonly title: string;
  readonly versions: Parameters<typeof insertVersions>[2];
  /** For the audit. */
  readonly detail: string;
}

/** Puts in force what a file says, by one recorded and signed change that nobody proposed. The caller holds the effects' lock. */
export async function foundingChange(db: Db, founding: Founding, signer: ControlSigner): Promise<void> {
  const { title, versions, detail } = founding;
  const id = await insertChange(db, {
    scope: MESH,
    authority: MESH,
    title,
    reason: null,
    author: FOUNDER,
    authorName: FOUNDER,
    operations: [],
    state: 'proposed',
    emergencyUntil: null,
  });
  await insertVersions(db, id, versions);
  const effectiveAt = new Date().toISOString();
  const stated = { change: id, tenant: null, author: FOUNDER, approvals: [], emergency: null, things: [] };
  const statement = await signStatement({ ...stated, effectiveAt }, signer);
  await settleChange(db, id, { state: 'in-force', by: FOUNDER, statement });
  await audit(db, { scope: MESH, subject: FOUNDER, act: 'found', target: id, detail });
}
