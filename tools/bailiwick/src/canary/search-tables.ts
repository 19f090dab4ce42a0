import { canaryForms } from '@bailiwick/canary';
import pg from 'pg';
import type { Planted, Searched } from './place.js';

/** Longest search of one table, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** The database is asked to look by itself, so that no row leaves it. A column of bytes is shown as hexadecimal digits. */
const COUNT = (table: string): string => `
  SELECT count(*)::int AS rows, coalesce(sum(length(line)), 0)::float8 AS bytes,
         count(*) FILTER (WHERE EXISTS (SELECT FROM unnest($1::text[]) AS form WHERE strpos(line, form) > 0))::int AS hits
    FROM (SELECT searched::text AS line FROM ${table} AS searched) AS lines`;

/** Forms of a value as PostgreSQL shows them in a row: what is text, and the digits of what is in a column of bytes. */
const shownForms = (value: string): readonly string[] =>
  canaryForms(value).flatMap((form) => {
    const text = form.toString('utf8');
    // Text of PostgreSQL holds no zero, so UTF-16 can be in columns of bytes only.
    return text.includes('\0') ? [form.toString('hex')] : [text, form.toString('hex')];
  });

/** Searches every table and view that the role of the URL may read. */
export async function searchTables(
  url: string,
  region: string,
  { canaries }: Pick<Planted, 'canaries'>,
): Promise<readonly Searched[]> {
  const client = new pg.Client({ connectionString: url, statement_timeout: TIMEOUT_MS });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_catalog.pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
          AND has_schema_privilege(schemaname, 'USAGE')
          AND has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'SELECT')
        ORDER BY 1`,
    );
    const { name: person, email, phone, note } = canaries;
    const values = Object.entries({ name: person, email, phone, note });
    const count = async (
      table: string,
      of: readonly string[],
    ): Promise<{ readonly bytes: number; readonly hits: number }> => {
      const forms = of.flatMap(shownForms);
      const { rows } = await client.query<{ bytes: number; hits: number }>(COUNT(table), [forms]);
      return rows[0] ?? { bytes: 0, hits: 0 };
    };
    const searched: Searched[] = [];
    for (const { name } of tables) {
      const all = await count(
        name,
        values.map(([, value]) => value),
      );
      const found: string[] = [];
      if (all.hits > 0)
        for (const [word, value] of values) if ((await count(name, [value])).hits > 0) found.push(word);
      searched.push({ kind: 'table', region, name, bytes: all.bytes, found });
    }
    return searched;
  } finally {
    await client.end();
  }
}
