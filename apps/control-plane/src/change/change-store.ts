import { randomBytes } from 'node:crypto';
import { base32 } from '@bailiwick/domain';
import type { Db } from '../db.js';
import { lockEffects } from '../db.js';
import type { Name } from '../terms/thing.js';
import type { ApprovingRole, ChangeState, Standing } from './change-state.js';
import { Operation } from './operation.js';

/** A change request with all that happened to it. */
export interface Change {
  readonly seq: number;
  readonly id: string;
  /** Tenant, or `MESH`. */
  readonly scope: string;
  /** Scope whose people decide: the tenant itself, or `MESH` for the first profile of a tenant that nobody is in yet. */
  readonly authority: string;
  readonly title: string;
  /** Why it could not wait for approvals; null for every change that did. */
  readonly reason: string | null;
  readonly author: string;
  readonly authorName: string;
  readonly operations: readonly Operation[];
  readonly state: ChangeState;
  readonly emergencyUntil: Date | null;
  /** Grows with whatever happens to the change; what an approval names. */
  readonly revision: number;
  readonly proposedAt: Date;
  readonly settledAt: Date | null;
  readonly settledReason: string | null;
  readonly statement: string | null;
  readonly approvals: readonly Approval[];
  /** What was found about an emergency that ended without two approvals; null while nobody has looked. */
  readonly review: { readonly by: string; readonly at: string; readonly finding: string } | null;
}

export interface Approval {
  readonly role: ApprovingRole;
  readonly subject: string;
  readonly name: string;
  readonly at: string;
}

interface Row {
  readonly seq: string;
  readonly change_id: string;
  readonly scope: string;
  readonly authority: string;
  readonly title: string;
  readonly reason: string | null;
  readonly author: string;
  readonly author_name: string;
  readonly operations: unknown;
  readonly state: ChangeState;
  readonly emergency_until: Date | null;
  readonly revision: number;
  readonly proposed_at: Date;
  readonly settled_at: Date | null;
  readonly settled_reason: string | null;
  readonly statement: string | null;
  readonly approvals: readonly Approval[];
  readonly reviewed_by: string | null;
  readonly reviewed_at: Date | null;
  readonly review: string | null;
}

const SELECT = `SELECT c.*, (SELECT coalesce(jsonb_agg(jsonb_build_object('role', role, 'subject', subject, 'name', name, 'at', at)
  ORDER BY at), '[]') FROM control.approval a WHERE a.change_id = c.change_id) AS approvals FROM control.change c`;

const changeOf = (row: Row): Change => ({
  seq: Number(row.seq),
  id: row.change_id,
  scope: row.scope,
  authority: row.authority,
  title: row.title,
  reason: row.reason,
  author: row.author,
  authorName: row.author_name,
  operations: Operation.array().parse(row.operations),
  state: row.state,
  emergencyUntil: row.emergency_until,
  revision: row.revision,
  proposedAt: row.proposed_at,
  settledAt: row.settled_at,
  settledReason: row.settled_reason,
  statement: row.statement,
  approvals: row.approvals.map((given) => ({ ...given, at: new Date(given.at).toISOString() })),
  review:
    row.reviewed_at === null
      ? null
      : { by: row.reviewed_by ?? '', at: row.reviewed_at.toISOString(), finding: row.review ?? '' },
});

/** What the rules of a change depend on. */
export const standingOf = ({ state, author, approvals, emergencyUntil }: Change): Standing => ({
  state,
  author,
  approvals: approvals.map(({ role, subject }) => ({ role, by: subject })),
  emergencyUntil: emergencyUntil?.getTime() ?? null,
});

/** What a new change says. */
export type NewChange = Pick<
  Change,
  'scope' | 'authority' | 'title' | 'reason' | 'author' | 'authorName' | 'operations' | 'state'
> & { readonly emergencyUntil: number | null };

export async function insertChange(db: Db, change: NewChange): Promise<string> {
  const id = `chg_${base32(randomBytes(15))}`;
  await db.query(
    `INSERT INTO control.change (change_id, scope, authority, title, reason, author, author_name, operations, state, emergency_until)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000))`,
    [
      id,
      change.scope,
      change.authority,
      change.title,
      change.reason,
      change.author,
      change.authorName,
      JSON.stringify(change.operations),
      change.state,
      change.emergencyUntil,
    ],
  );
  return id;
}

/** The change with this id, or undefined. `forUpdate` keeps others from acting on it until the transaction ends. */
export async function findChange(db: Db, id: string, forUpdate = false): Promise<Change | undefined> {
  // In a statement of its own: one that waits for the lock would read approvals from before the wait.
  if (forUpdate) await db.query('SELECT 1 FROM control.change WHERE change_id = $1 FOR UPDATE', [id]);
  const { rows } = await db.query<Row>(`${SELECT} WHERE c.change_id = $1`, [id]);
  return rows[0] && changeOf(rows[0]);
}

/** Which changes are listed, newest first. */
export interface ChangeFilter {
  /** Scopes of which the caller may know; a change is listed when it belongs to one, or one decides about it. */
  readonly scopes: readonly string[];
  readonly state?: ChangeState | undefined;
  /** Only emergencies that wait for somebody to look at them: those that run, and those that ended by themselves. */
  readonly unreviewed: boolean;
  readonly limit: number;
  /** Only changes before this one. */
  readonly before: number | null;
}

export async function listChanges(db: Db, filter: ChangeFilter): Promise<readonly Change[]> {
  const { rows } = await db.query<Row>(
    `${SELECT} WHERE (c.scope = ANY($1) OR c.authority = ANY($1)) AND ($2::text IS NULL OR c.state = $2)
       AND (NOT $5 OR (c.emergency_until IS NOT NULL AND c.reviewed_at IS NULL AND c.state IN ('emergency', 'expired', 'withdrawn')))
       AND ($3::bigint IS NULL OR c.seq < $3) ORDER BY c.seq DESC LIMIT $4`,
    [filter.scopes, filter.state ?? null, filter.before, filter.limit, filter.unreviewed],
  );
  return rows.map(changeOf);
}

/** Emergencies whose time is over. */
export async function overdueEmergencies(db: Db, now: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ change_id: string }>(
    `SELECT change_id FROM control.change WHERE state = 'emergency' AND emergency_until <= to_timestamp($1::float8 / 1000)`,
    [now],
  );
  return rows.map(({ change_id }) => change_id);
}

export async function insertApproval(
  db: Db,
  id: string,
  { role, subject, name }: Omit<Approval, 'at'>,
): Promise<void> {
  await db.query('INSERT INTO control.approval (change_id, role, subject, name) VALUES ($1, $2, $3, $4)', [
    id,
    role,
    subject,
    name,
  ]);
}

/** How a change came to stand as it does. */
export interface Settlement {
  readonly state: ChangeState;
  readonly by: string;
  readonly reason?: string;
  /** Of a change that took effect. */
  readonly statement?: string;
}

/** Writes where a change stands now, under a new revision. */
export async function settleChange(
  db: Db,
  id: string,
  { state, by, reason, statement }: Settlement,
): Promise<void> {
  await db.query(
    `UPDATE control.change SET state = $2, revision = revision + 1, statement = coalesce($5, statement),
       settled_by = CASE WHEN $2 IN ('proposed', 'emergency') THEN settled_by ELSE $3 END,
       settled_at = CASE WHEN $2 IN ('proposed', 'emergency') THEN settled_at ELSE now() END,
       settled_reason = coalesce($4, settled_reason)
     WHERE change_id = $1`,
    [id, state, by, reason ?? null, statement ?? null],
  );
}

/** Keeps what was found about an emergency, under a new revision. */
export async function keepReview(db: Db, id: string, by: string, finding: string): Promise<void> {
  await db.query(
    'UPDATE control.change SET reviewed_by = $2, reviewed_at = now(), review = $3, revision = revision + 1 WHERE change_id = $1',
    [id, by, finding],
  );
}

/** A version that takes effect. */
export interface NewVersion extends Name {
  readonly version: number;
  readonly body: unknown;
}

/** Puts versions in force. The caller's transaction holds the effects' lock from here to its end. */
export async function insertVersions(
  db: Db,
  changeId: string,
  versions: readonly NewVersion[],
): Promise<void> {
  await lockEffects(db);
  for (const { scope, kind, id, version, body } of versions)
    await db.query(
      `INSERT INTO control.version (seq, scope, kind, id, version, body, change_id)
       VALUES (nextval('control.effect_seq'), $1, $2, $3, $4, $5, $6)`,
      [scope, kind, id, version, body === null ? null : JSON.stringify(body), changeId],
    );
}
