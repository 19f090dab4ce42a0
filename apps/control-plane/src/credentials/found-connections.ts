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
import type { CrmKeys } from './crm-keys.js';
import { CrmKey, type CrmSecret } from './crm-secret.js';
import { loginOf } from './login/logins.js';

/** CRM connections that a store is founded with, each with the file of what it logs in with: a private key (a JWK), or a secret. */
export const FoundingConnections = z.array(
  z
    .looseObject({
      tenant: z.string().min(1),
      /** What purposes name as their write-back target. */
      name: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
      /** Read once and sealed into the store; not needed afterwards. */
      keyFile: z.string().min(1),
    })
    .transform(({ tenant, name, keyFile, ...terms }, context) => {
      const parsed = ConnectionTerms.safeParse(terms);
      if (parsed.success) return { tenant, name, keyFile, terms: parsed.data };
      for (const { path, message } of parsed.error.issues)
        context.issues.push({ code: 'custom', input: terms, path, message });
      return z.NEVER;
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
  for (const { tenant, name: connection, keyFile, terms } of connections) {
    if (await keys.has(db, { tenant, connection })) continue;
    const secret = secretIn(keyFile, terms);
    const key = CrmKey.safeParse(secret).data;
    const { kid } = key
      ? await keys.add(db, { tenant, connection }, key, FOUNDER)
      : await keys.take(db, { tenant, connection }, secret, FOUNDER);
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
    lacking.map(({ tenant, name, terms }) => ({
      kind: 'connection' as const,
      scope: tenant,
      id: name,
      version: 1,
      body: terms,
    })),
  );
  const effectiveAt = new Date().toISOString();
  const stated = { change: id, tenant: null, author: FOUNDER, approvals: [], emergency: null, things: [] };
  const statement = await signStatement({ ...stated, effectiveAt }, signer);
  await settleChange(db, id, { state: 'in-force', by: FOUNDER, statement });
  const detail = `${lacking.length} CRM connections`;
  await audit(db, { scope: MESH, subject: FOUNDER, act: 'found', target: id, detail });
}

function secretIn(file: string, terms: ConnectionTerms): CrmSecret {
  try {
    return loginOf(terms).secret.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new BailiwickError(
      'config-invalid',
      `BAILIWICK_CRM_LOGINS_FILE: a keyFile holds nothing that a connection of kind ${terms.kind} logs in with`,
    );
  }
}
