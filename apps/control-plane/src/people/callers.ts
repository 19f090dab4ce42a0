import type { Db } from '../db.js';
import { ROLES, type Caller, type Role } from './caller.js';

interface RoleRow {
  readonly scope: string;
  readonly display_name: string;
  readonly role: string | null;
}

/**
 * Finds out who a subject is: roles of the active people with that subject, the right to read of a service client, and
 * support access that runs. A subject that nobody knows has no role anywhere.
 */
export async function callerOf(db: Db, subject: string): Promise<Caller> {
  const { rows } = await db.query<RoleRow>(
    `SELECT p.scope, p.display_name, lower(t.display_name) AS role
       FROM control.person p
       LEFT JOIN control.member m USING (person_id) LEFT JOIN control.team t ON t.team_id = m.team_id AND t.scope = p.scope
      WHERE p.subject = $1 AND p.active
     UNION ALL
     SELECT tenant, client_id, 'auditor' FROM control.service_client WHERE client_id = $1 AND revoked_at IS NULL`,
    [subject],
  );
  const roles = new Map<string, Set<Role>>();
  for (const { scope, role } of rows) {
    const known = ROLES.find((name) => name === role);
    if (known) roles.set(scope, (roles.get(scope) ?? new Set()).add(known));
  }
  const support = await db.query<{ tenant: string }>(
    `SELECT tenant FROM control.support_access WHERE subject = $1 AND granted_until > now() AND ended_at IS NULL`,
    [subject],
  );
  return {
    subject,
    name: rows[0]?.display_name ?? subject,
    roles,
    supports: new Set(support.rows.map(({ tenant }) => tenant)),
  };
}
