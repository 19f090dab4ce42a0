import { connectionKey, type CredentialStanding } from '@bailiwick/domain';
import type { Db } from '../db.js';
import type { Statement } from '../publish/statements.js';
import type { ConnectionName } from './crm-keys.js';

interface Row {
  readonly tenant: string;
  readonly connection: string;
  readonly revoked: boolean;
  readonly ended_before: Date;
}

/** Who decides whether a connection stands: whatever was done last, of what revokes and restores. */
const STANDINGS = `
  SELECT tenant, connection,
         coalesce((array_agg(act ORDER BY seq DESC) FILTER (WHERE act <> 'end'))[1] = 'revoke', false) AS revoked,
         coalesce(max(at) FILTER (WHERE act <> 'restore'), to_timestamp(0)) AS ended_before
  FROM control.connection_act`;

const standingOf = ({ tenant, connection, revoked, ended_before }: Row): CredentialStanding => ({
  tenant,
  connection,
  revoked,
  endedBefore: ended_before.toISOString(),
});

/** How a connection stands now, in the transaction of whoever asks; undefined while nothing was ever done to it. */
export async function standingNow(
  db: Db,
  { tenant, connection }: ConnectionName,
): Promise<CredentialStanding | undefined> {
  const { rows } = await db.query<Row>(
    `${STANDINGS} WHERE tenant = $1 AND connection = $2 GROUP BY tenant, connection`,
    [tenant, connection],
  );
  return rows[0] && standingOf(rows[0]);
}

/** What was done to a connection's credentials: `end` those that there are, `revoke` and `restore` it. */
export type ConnectionAct = 'end' | 'revoke' | 'restore';

/** Records an act; the cells are told when the transaction has committed. */
export async function recordAct(
  db: Db,
  { tenant, connection }: ConnectionName,
  act: ConnectionAct,
  by: string,
  reason: string,
): Promise<void> {
  await db.query(
    // Not the start of the transaction: a lease that was minted since would outlive this.
    `INSERT INTO control.connection_act (tenant, connection, act, by, reason, at)
     VALUES ($1, $2, $3, $4, $5, clock_timestamp())`,
    [tenant, connection, act, by, reason],
  );
}

/** Acts on and mints of one connection come one after the other. */
export const lockConnection = (db: Db, { tenant, connection }: ConnectionName): Promise<unknown> =>
  db.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [
    `bailiwick/control/connection/${connectionKey(tenant, connection)}`,
  ]);

/** How the connections stand, for publication: every one to which something was ever done. */
export class Standings {
  #revision = 0;
  #statements: readonly Statement[] = [];
  readonly #listeners: (() => void)[] = [];

  /** Grows with every refresh that found something new. */
  get revision(): number {
    return this.#revision;
  }

  get statements(): readonly Statement[] {
    return this.#statements;
  }

  /** Calls the listener after every refresh that found something new. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Reads what was done; throws what the store throws. A standing that has not changed keeps its statement. */
  async refresh(db: Db): Promise<void> {
    const { rows } = await db.query<Row>(`${STANDINGS} GROUP BY tenant, connection`);
    const known = new Map(this.#statements.map((statement) => [JSON.stringify(statement), statement]));
    const statements = rows.map((row): Statement => {
      const body = standingOf(row);
      const statement: Statement = {
        kind: 'credential',
        id: connectionKey(body.tenant, body.connection),
        body,
      };
      return known.get(JSON.stringify(statement)) ?? statement;
    });
    if (statements.every((statement) => this.#statements.includes(statement))) return;
    this.#statements = statements;
    this.#revision++;
    for (const listener of this.#listeners) listener();
  }
}
