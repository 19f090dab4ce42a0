import type pg from 'pg';
import { coalesce } from './coalesce.js';
import { CustodyError } from './custody-error.js';
import { storeError } from './store-error.js';

/** Names a data subject's key. */
export interface SubjectName {
  readonly tenant: string;
  readonly subject: string;
}

/** A shelf: data subjects of a tenant whose keys one erasable secret wraps. */
export interface Shelf {
  readonly tenant: string;
  readonly shelf: number;
  /** Names the secret that wraps them now. */
  readonly shelfKeyId: string;
}

/** A data subject's key as stored. */
export interface StoredSubjectKey {
  readonly keyId: Buffer;
  readonly shelf: number;
  readonly shelfKeyId: string;
  /** Wrapped by the secret of its shelf. */
  readonly wrappedKey: Buffer;
  readonly sealedRecordId: Buffer;
}

/** A tenant's key as stored; null once destroyed. */
export interface StoredTenantKey {
  readonly wrappedKey: Buffer | null;
}

/** One pseudonym of a data subject as stored. */
export interface StoredPseudonym extends SubjectName {
  /** Key of the data subject with which the value is sealed. */
  readonly keyId: Buffer;
  readonly pseudonym: string;
  readonly sealedValue: Buffer;
}

type SubjectRow = SubjectName & {
  key_id: Buffer;
  shelf: number;
  shelf_key_id: string;
  wrapped_key: Buffer;
  sealed_record_id: Buffer;
};

/** Wrapped keys in the schema `custody` of the cell's Postgres. Lookups that are asked together go out together. */
export class PostgresKeyStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** The key of a data subject, or undefined when there is none. */
  readonly subjectKey = coalesce<SubjectName, StoredSubjectKey | undefined>(async (names) => {
    const { rows } = await this.query<SubjectRow>(
      `SELECT k.* FROM custody.subject_key k
       WHERE (k.tenant, k.subject) = ANY (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [names.map((name) => name.tenant), names.map((name) => name.subject)],
    );
    const found = new Map(rows.map((row) => [nameOf(row), storedKey(row)]));
    return names.map((name) => found.get(nameOf(name)));
  });

  /**
   * Stores a data subject's key unless there is one, and gives the one that is stored. Rows are inserted in the
   * order of their names, so that two processes that insert the same ones never wait for each other in a circle.
   */
  readonly createSubjectKey = coalesce<SubjectName & StoredSubjectKey, StoredSubjectKey>(async (keys) => {
    const sorted = [...new Map(keys.map((key) => [nameOf(key), key])).entries()].toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const column = <K extends keyof (SubjectName & StoredSubjectKey)>(name: K) =>
      sorted.map(([, key]) => key[name]);
    const { rows } = await this.query<SubjectRow>(
      `INSERT INTO custody.subject_key (tenant, subject, key_id, shelf, shelf_key_id, wrapped_key, sealed_record_id)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::smallint[], $5::text[], $6::bytea[], $7::bytea[])
       ON CONFLICT DO NOTHING RETURNING *`,
      [
        column('tenant'),
        column('subject'),
        column('keyId'),
        column('shelf'),
        column('shelfKeyId'),
        column('wrappedKey'),
        column('sealedRecordId'),
      ],
    );
    const made = new Map(rows.map((row) => [nameOf(row), storedKey(row)]));
    return Promise.all(
      keys.map(async (key) => {
        const stored =
          made.get(nameOf(key)) ?? (await this.subjectKey({ tenant: key.tenant, subject: key.subject }));
        if (!stored) throw new CustodyError('key-missing');
        return stored;
      }),
    );
  });

  /** Stores a shelf unless there is one, and gives the one that is stored; undefined when its tenant was destroyed. */
  async ensureShelf({ tenant, shelf, shelfKeyId }: Shelf): Promise<Shelf | undefined> {
    await this.query(
      `INSERT INTO custody.shelf (tenant, shelf, key_id)
       SELECT tenant, $2, $3 FROM custody.tenant_key WHERE tenant = $1 AND wrapped_key IS NOT NULL
       ON CONFLICT DO NOTHING`,
      [tenant, shelf, shelfKeyId],
    );
    return this.shelf(tenant, shelf);
  }

  /** A shelf as it is now. */
  async shelf(tenant: string, shelf: number): Promise<Shelf | undefined> {
    const { rows } = await this.query<{ key_id: string }>(
      'SELECT key_id FROM custody.shelf WHERE tenant = $1 AND shelf = $2',
      [tenant, shelf],
    );
    return rows[0] && { tenant, shelf, shelfKeyId: rows[0].key_id };
  }

  /** The key of a tenant, or undefined when there never was one. */
  async tenantKey(tenant: string): Promise<StoredTenantKey | undefined> {
    const { rows } = await this.query<{ wrapped_key: Buffer | null }>(
      'SELECT wrapped_key FROM custody.tenant_key WHERE tenant = $1',
      [tenant],
    );
    return rows[0] && { wrappedKey: rows[0].wrapped_key };
  }

  /** Stores a tenant's key unless there is one, and gives the one that is stored. */
  async createTenantKey(tenant: string, wrappedKey: Buffer): Promise<StoredTenantKey> {
    const { rowCount } = await this.query(
      'INSERT INTO custody.tenant_key (tenant, wrapped_key) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [tenant, wrappedKey],
    );
    return rowCount === 1 ? { wrappedKey } : ((await this.tenantKey(tenant)) ?? { wrappedKey: null });
  }

  /**
   * Stores the pseudonyms of data subjects, one list each; those that are known stay as they are. False for a list
   * whose key is not, or no longer, the stored one: nothing of it is kept.
   */
  readonly rememberPseudonyms = coalesce<readonly StoredPseudonym[], boolean>(async (lists) => {
    const rows = lists
      .flat()
      .toSorted((a, b) => (nameOf(a) + a.pseudonym < nameOf(b) + b.pseudonym ? -1 : 1));
    const column = <K extends keyof StoredPseudonym>(name: K) => rows.map((row) => row[name]);
    const present = await this.query<SubjectName>(
      `WITH present AS (
         SELECT wanted.*
         FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[], $5::bytea[])
              AS wanted (tenant, subject, key_id, pseudonym, sealed_value)
         JOIN custody.subject_key USING (tenant, subject, key_id)
       ), stored AS (
         INSERT INTO custody.pseudonym (tenant, subject, pseudonym, sealed_value)
         SELECT tenant, subject, pseudonym, sealed_value FROM present ON CONFLICT DO NOTHING
       )
       SELECT DISTINCT tenant, subject FROM present`,
      [column('tenant'), column('subject'), column('keyId'), column('pseudonym'), column('sealedValue')],
    );
    const kept = new Set(present.rows.map(nameOf));
    return lists.map(([first]) => first === undefined || kept.has(nameOf(first)));
  });

  /** Every pseudonym of a data subject with its sealed value. */
  readonly pseudonymsOf = coalesce<SubjectName, ReadonlyMap<string, Buffer>>(async (names) => {
    const { rows } = await this.query<SubjectName & { pseudonym: string; sealed_value: Buffer }>(
      `SELECT p.* FROM custody.pseudonym p
       WHERE (p.tenant, p.subject) = ANY (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [names.map((name) => name.tenant), names.map((name) => name.subject)],
    );
    const bySubject = new Map<string, Map<string, Buffer>>(names.map((name) => [nameOf(name), new Map()]));
    for (const row of rows) bySubject.get(nameOf(row))?.set(row.pseudonym, row.sealed_value);
    return names.map((name) => bySubject.get(nameOf(name)) ?? new Map<string, Buffer>());
  });

  private async query<R extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
  ): Promise<pg.QueryResult<R>> {
    try {
      return await this.#pool.query<R>(text, values);
    } catch (cause) {
      throw storeError(cause);
    }
  }
}

const nameOf = ({ tenant, subject }: SubjectName): string => `${tenant}/${subject}`;

const storedKey = (row: SubjectRow): StoredSubjectKey => ({
  keyId: row.key_id,
  shelf: row.shelf,
  shelfKeyId: row.shelf_key_id,
  wrappedKey: row.wrapped_key,
  sealedRecordId: row.sealed_record_id,
});
