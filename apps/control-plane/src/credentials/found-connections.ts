import { readFileSync } from 'node:fs';
import type { ControlSigner } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { audit } from '../audit/audit.js';
import type { Book } from '../book/book.js';
import { insertChange, insertVersions, settleChange } from '../change/change-store.js';
import { signStatement } from '../change/statement.js';
import { lockEffects, type Db } from '../db.js';
import { MESH } from '../terms/thing.js';
import { ConnectionTerms } from '../terms/connection-terms.js';
import { CrmKey, type CrmKeys } from './crm-keys.js';

/** CRM connections that a store is founded with, each with the file of its connected app's private key (a JWK). */
export const FoundingConnections = z.array(
  ConnectionTerms.extend({
    tenant: z.string().min(1),
    /** What purposes name as their write-back target. */
    name: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
    /** Read once and sealed into the store; not needed afterwards. */
    keyFile: z.string().min(1),
  }),
);
export type FoundingConnections = z.infer<typeof FoundingConnections>;

const FOUNDER = 'founding';

/**
 * Founds the connections that the store has never had, by one recorded change, and takes over their keys. What the store
 * has is changed by change request, and stays as it is here.
 */
export async function foundConnections(
  db: Db,
  book: Pick<Book, 'latest'>,
  connections: FoundingConnections,
  keys: CrmKeys,
  signer: ControlSigner,
): Promise<void> {
  await lockEffects(db);
  const lacking = connections.filter(({ tenant, name }) => !book.latest('connection', tenant, name));
  if (lacking.length > 0) await found(db, lacking, signer);
  for (const { tenant, name: connection, keyFile } of connections) {
    if (await keys.has(db, { tenant, connection })) continue;
    const { kid } = await keys.add(db, { tenant, connection }, keyIn(keyFile), FOUNDER);
    await keys.use(db, { tenant, connection }, kid);
    await audit(db, { scope: tenant, subject: FOUNDER, act: 'key.use', target: connection, detail: kid });
  }
}

async function found(db: Db, lacking: FoundingConnections, signer: ControlSigner): Promise<void> {
  const id = await insertChange(db, {
    scope: MESH,
    authority: MESH,
    title: 'CRM connections, by file',
    reason: null,
    author: FOUNDER,
    authorName: FOUNDER,
    operations: [],
    state: 'proposed',
    emergencyUntil: null,
  });
  await insertVersions(
    db,
    id,
    lacking.map(({ tenant, name, ...rest }) => ({
      kind: 'connection' as const,
      scope: tenant,
      id: name,
      version: 1,
      body: ConnectionTerms.strip().parse(rest),
    })),
  );
  const effectiveAt = new Date().toISOString();
  const stated = { change: id, tenant: null, author: FOUNDER, approvals: [], emergency: null, things: [] };
  const statement = await signStatement({ ...stated, effectiveAt }, signer);
  await settleChange(db, id, { state: 'in-force', by: FOUNDER, statement });
  const detail = `${lacking.length} CRM connections`;
  await audit(db, { scope: MESH, subject: FOUNDER, act: 'found', target: id, detail });
}

function keyIn(file: string): CrmKey {
  try {
    return CrmKey.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new BailiwickError(
      'config-invalid',
      'BAILIWICK_CRM_LOGINS_FILE: a keyFile holds no private RSA JWK',
    );
  }
}
