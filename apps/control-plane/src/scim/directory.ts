import { randomUUID } from 'node:crypto';
import type { Db } from '../db.js';
import type { Comparison } from './filter.js';
import { GROUP, USER, type GroupState, type UserState } from './resources.js';
import { ScimError, notFound } from './scim-error.js';

/** A resource as SCIM answers it. */
export type Resource = Readonly<Record<string, unknown>>;

/** One page of a search. */
export interface Found {
  readonly total: number;
  readonly resources: readonly Resource[];
}

/** What is searched for; `startIndex` counts from 1. */
export interface Search {
  readonly filter: readonly Comparison[];
  readonly startIndex: number;
  readonly count: number;
}

interface UserRow {
  readonly person_id: string;
  readonly user_name: string;
  readonly external_id: string | null;
  readonly display_name: string;
  readonly active: boolean;
  readonly created_at: Date;
  readonly modified_at: Date;
  readonly groups: readonly { value: string; display: string }[];
}

interface GroupRow {
  readonly team_id: string;
  readonly display_name: string;
  readonly external_id: string | null;
  readonly created_at: Date;
  readonly modified_at: Date;
  readonly members: readonly { value: string; display: string }[];
}

const metaOf = (type: 'User' | 'Group', id: string, created: Date, modified: Date): object => ({
  resourceType: type,
  created: created.toISOString(),
  lastModified: modified.toISOString(),
  location: `/scim/v2/${type}s/${id}`,
});

const userOf = (row: UserRow): Resource => ({
  schemas: [USER],
  id: row.person_id,
  userName: row.user_name,
  ...(row.external_id !== null && { externalId: row.external_id }),
  displayName: row.display_name,
  name: { formatted: row.display_name },
  active: row.active,
  groups: row.groups,
  meta: metaOf('User', row.person_id, row.created_at, row.modified_at),
});

const groupOf = (row: GroupRow): Resource => ({
  schemas: [GROUP],
  id: row.team_id,
  displayName: row.display_name,
  ...(row.external_id !== null && { externalId: row.external_id }),
  members: row.members,
  meta: metaOf('Group', row.team_id, row.created_at, row.modified_at),
});

/** How each attribute of a filter is compared: an expression, and whether its case matters. */
type Columns = Readonly<Record<string, { readonly sql: string; readonly exact: boolean }>>;

const USER_COLUMNS: Columns = {
  id: { sql: 'r.person_id', exact: true },
  username: { sql: 'r.user_name', exact: false },
  externalid: { sql: 'r.external_id', exact: true },
  displayname: { sql: 'r.display_name', exact: false },
  'name.formatted': { sql: 'r.display_name', exact: false },
  active: { sql: 'r.active::text', exact: true },
};
const GROUP_COLUMNS: Columns = {
  id: { sql: 'r.team_id', exact: true },
  displayname: { sql: 'r.display_name', exact: false },
  externalid: { sql: 'r.external_id', exact: true },
};

/** A comparison as SQL with parameters; what is compared is never part of the text. */
function conditionOf(
  { attribute, operator, value }: Comparison,
  columns: Columns,
  values: unknown[],
): string {
  const column = columns[attribute.toLowerCase()];
  if (!column) throw new ScimError(400, `${attribute} cannot be searched for here`, 'invalidFilter');
  if (operator === 'pr' || (operator === 'eq' && value === null))
    return `${column.sql} IS ${operator === 'pr' ? 'NOT NULL' : 'NULL'}`;
  values.push(String(value));
  const parameter = `$${values.length}::text`;
  const [left, right] = column.exact
    ? [column.sql, parameter]
    : [`lower(${column.sql})`, `lower(${parameter})`];
  switch (operator) {
    case 'eq':
      return `${left} = ${right}`;
    case 'sw':
      return `starts_with(${left}, ${right})`;
    case 'co':
      return `strpos(${left}, ${right}) > 0`;
  }
}

const USERS = `SELECT r.*, (SELECT coalesce(json_agg(json_build_object('value', t.team_id, 'display', t.display_name) ORDER BY t.display_name), '[]')
  FROM control.member m JOIN control.team t USING (team_id) WHERE m.person_id = r.person_id) AS groups FROM control.person r`;
const GROUPS = `SELECT r.*, (SELECT coalesce(json_agg(json_build_object('value', p.person_id, 'display', p.display_name) ORDER BY p.display_name), '[]')
  FROM control.member m JOIN control.person p USING (person_id) WHERE m.team_id = r.team_id) AS members FROM control.team r`;

/** What the issuer calls the person. */
const subjectOf = ({ externalId, userName }: UserState): string => externalId ?? userName;

const taken = (): ScimError =>
  new ScimError(409, 'another resource of the tenant has this name', 'uniqueness');

/** People and groups of one scope. Nothing of another is found, changed or named by it. */
export class Directory {
  constructor(
    private readonly db: Db,
    private readonly scope: string,
  ) {}

  users(search: Search): Promise<Found> {
    return this.#search<UserRow>(USERS, 'control.person', USER_COLUMNS, search, userOf);
  }

  groups(search: Search): Promise<Found> {
    return this.#search<GroupRow>(GROUPS, 'control.team', GROUP_COLUMNS, search, groupOf);
  }

  /** Throws the 404 of SCIM. `toChange` keeps others from changing it until the transaction ends. */
  async user(id: string, toChange = false): Promise<{ resource: Resource; state: UserState }> {
    if (toChange) await this.#lock('person', id);
    const row = await this.#one<UserRow>(`${USERS} WHERE r.scope = $1 AND r.person_id = $2`, id);
    const { user_name: userName, external_id: externalId, display_name: displayName, active } = row;
    return { resource: userOf(row), state: { userName, externalId, displayName, active } };
  }

  /** Throws the 404 of SCIM. `toChange` keeps others from changing it until the transaction ends. */
  async group(id: string, toChange = false): Promise<{ resource: Resource; state: GroupState }> {
    if (toChange) await this.#lock('team', id);
    const row = await this.#one<GroupRow>(`${GROUPS} WHERE r.scope = $1 AND r.team_id = $2`, id);
    const members = row.members.map(({ value }) => value);
    return {
      resource: groupOf(row),
      state: { displayName: row.display_name, externalId: row.external_id, members },
    };
  }

  /** Throws `uniqueness`. Gives the new id. */
  async addUser(state: UserState): Promise<string> {
    const id = randomUUID();
    const { rowCount } = await this.db.query(
      `INSERT INTO control.person (person_id, scope, subject, user_name, external_id, display_name, active)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [id, this.scope, subjectOf(state), state.userName, state.externalId, state.displayName, state.active],
    );
    if (rowCount === 0) throw taken();
    return id;
  }

  /** Throws `uniqueness`, or the 404. */
  async setUser(id: string, state: UserState): Promise<void> {
    const others = await this.db.query(
      `SELECT 1 FROM control.person WHERE scope = $1 AND person_id <> $2 AND (subject = $3 OR lower(user_name) = lower($4))`,
      [this.scope, id, subjectOf(state), state.userName],
    );
    if (others.rows.length > 0) throw taken();
    const { rowCount } = await this.db.query(
      `UPDATE control.person SET subject = $3, user_name = $4, external_id = $5, display_name = $6, active = $7, modified_at = now()
       WHERE scope = $1 AND person_id = $2`,
      [this.scope, id, subjectOf(state), state.userName, state.externalId, state.displayName, state.active],
    );
    if (rowCount === 0) throw notFound(id);
  }

  /** Throws `uniqueness`, and `invalidValue` for a member that is nobody of this scope. Gives the new id. */
  async addGroup(state: GroupState): Promise<string> {
    const id = randomUUID();
    const { rowCount } = await this.db.query(
      `INSERT INTO control.team (team_id, scope, display_name, external_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
      [id, this.scope, state.displayName, state.externalId],
    );
    if (rowCount === 0) throw taken();
    await this.#setMembers(id, state.members);
    return id;
  }

  async setGroup(id: string, state: GroupState): Promise<void> {
    const others = await this.db.query(
      'SELECT 1 FROM control.team WHERE scope = $1 AND team_id <> $2 AND lower(display_name) = lower($3)',
      [this.scope, id, state.displayName],
    );
    if (others.rows.length > 0) throw taken();
    const { rowCount } = await this.db.query(
      `UPDATE control.team SET display_name = $3, external_id = $4, modified_at = now() WHERE scope = $1 AND team_id = $2`,
      [this.scope, id, state.displayName, state.externalId],
    );
    if (rowCount === 0) throw notFound(id);
    await this.#setMembers(id, state.members);
  }

  /** Throws the 404. */
  async remove(kind: 'User' | 'Group', id: string): Promise<void> {
    const [table, column] = kind === 'User' ? ['person', 'person_id'] : ['team', 'team_id'];
    const { rowCount } = await this.db.query(
      `DELETE FROM control.${table} WHERE scope = $1 AND ${column} = $2`,
      [this.scope, id],
    );
    if (rowCount === 0) throw notFound(id);
  }

  async #setMembers(id: string, members: readonly string[]): Promise<void> {
    const known = await this.db.query<{ person_id: string }>(
      'SELECT person_id FROM control.person WHERE scope = $1 AND person_id = ANY($2)',
      [this.scope, members],
    );
    const nobody = members.filter((member) => !known.rows.some((row) => row.person_id === member));
    if (nobody.length > 0)
      throw new ScimError(400, 'a member is nobody of this tenant', 'invalidValue', nobody);
    await this.db.query('DELETE FROM control.member WHERE team_id = $1 AND person_id <> ALL($2)', [
      id,
      members,
    ]);
    await this.db.query(
      'INSERT INTO control.member (team_id, person_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
      [id, members],
    );
  }

  /** Before it is read, in a statement of its own: one that waits for the lock would read what was there before the wait. */
  async #lock(table: 'person' | 'team', id: string): Promise<void> {
    await this.db.query(`SELECT 1 FROM control.${table} WHERE scope = $1 AND ${table}_id = $2 FOR UPDATE`, [
      this.scope,
      id,
    ]);
  }

  async #one<Row extends object>(sql: string, id: string): Promise<Row> {
    const { rows } = await this.db.query<Row>(sql, [this.scope, id]);
    if (!rows[0]) throw notFound(id);
    return rows[0];
  }

  async #search<Row extends object>(
    select: string,
    table: string,
    columns: Columns,
    { filter, startIndex, count }: Search,
    view: (row: Row) => Resource,
  ): Promise<Found> {
    const values: unknown[] = [this.scope];
    const where = ['r.scope = $1', ...filter.map((each) => conditionOf(each, columns, values))].join(' AND ');
    const total = await this.db.query<{ n: number }>(
      `SELECT count(*)::integer AS n FROM ${table} r WHERE ${where}`,
      values,
    );
    const { rows } = await this.db.query<Row>(
      `${select} WHERE ${where} ORDER BY r.created_at, ${columns['id']?.sql ?? ''}
       OFFSET $${values.length + 1} LIMIT $${values.length + 2}`,
      [...values, startIndex - 1, count],
    );
    return { total: total.rows[0]?.n ?? 0, resources: rows.map(view) };
  }
}
