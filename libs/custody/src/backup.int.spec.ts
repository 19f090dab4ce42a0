import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Custody } from './custody.js';
import type { ErasableSecrets } from './erasable-secrets.js';
import { FileCellKeys } from './cell-key-provider.js';
import { generateCellKeys } from './key-agreement.js';
import { startPostgres, type TestPostgres } from './postgres.test-kit.js';
import { shelfOf } from './shelf-keys.js';

const TENANT = 'atlas';
let before: TestPostgres;
let after: TestPostgres;
let cellKeys: string;
beforeAll(async () => {
  [before, after] = [await startPostgres(), await startPostgres()];
  cellKeys = join(before.directory, 'cell.json');
  writeFileSync(cellKeys, JSON.stringify(generateCellKeys().file));
});
afterAll(() => Promise.all([before.stop(), after.stop()]));

const codeOf = async (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => 'opened',
    (error: { code?: string }) => error.code,
  );

/** A record with a pseudonym, of a data subject that is found by its shelf. */
async function sealed(custody: Custody, recordId: string) {
  const subject = await custody.subjectOf(TENANT, 'Case', recordId);
  const whose = { eventId: `evt_${recordId}`, tenant: TENANT, subject };
  const record = await custody.sealRecord({ ...whose, recordId, plaintext: Buffer.from('who it is') });
  const maker = await custody.pseudonymiser(TENANT);
  const token = maker.pseudonym('PERSON', `Zora ${recordId}`);
  await custody.remember(TENANT, subject, maker.entries());
  return { whose, record, token };
}
const every = (custody: Custody, { whose, record, token }: Awaited<ReturnType<typeof sealed>>) =>
  Promise.all([
    codeOf(custody.openRecord({ ...whose, sealed: record })),
    codeOf(custody.recordIdOf(TENANT, whose.subject)),
    codeOf(custody.restore(TENANT, whose.subject, token)),
  ]);

/** Id of a record whose data subject is as it is wanted. */
async function recordIdWhere(
  custody: Custody,
  wanted: (whose: { tenant: string; subject: string }) => boolean,
) {
  for (let n = 0; ; n++) {
    const subject = await custody.subjectOf(TENANT, 'Case', `record-${n}`);
    if (wanted({ tenant: TENANT, subject })) return `record-${n}`;
  }
}

describe('R6 a backup of the database that is older than an erasure', () => {
  it('opens nothing of who was erased, with all keys that remain, and everything of others', async () => {
    const pool = before.connect();
    const custody = await Custody.open({ pool, cellKeys });
    const erased = await sealed(custody, 'erased');
    const [neighbour, other] = await Promise.all([
      sealed(custody, await recordIdWhere(custody, (subject) => shelfOf(subject) === shelfOf(erased.whose))),
      sealed(custody, await recordIdWhere(custody, (subject) => shelfOf(subject) !== shelfOf(erased.whose))),
    ]);
    const backup = await copyOf(pool);
    await custody.erase({ request: 'r1', tenant: TENANT, subject: erased.whose.subject });

    const now = await Custody.open({ pool, cellKeys });
    expect(new Set(await every(now, erased))).toEqual(new Set(['key-missing']));
    expect(new Set(await every(now, neighbour))).toEqual(new Set(['opened']));

    const restored = after.connect();
    await Custody.open({ pool: restored, cellKeys });
    await backup(restored);
    const old = await Custody.open({ pool: restored, cellKeys });
    // Whoever shares its shelf is lost in the backup too, and in the backup only.
    for (const one of [erased, neighbour])
      expect(new Set(await every(old, one))).toEqual(new Set(['key-file-invalid']));
    expect(new Set(await every(old, other))).toEqual(new Set(['opened']));
  });

  it('is of use to nobody who kept the secrets as they are now, nor for the tenant once that is erased', async () => {
    const pool = before.connect();
    const custody = await Custody.open({ pool, cellKeys });
    const one = await sealed(custody, 'leaver');
    const backup = await copyOf(pool);
    expect(await custody.erase({ request: 'r2', tenant: TENANT, subject: null })).toMatchObject({
      keys: 3,
      pseudonyms: 3,
    });
    cpSync(`${cellKeys}.secrets`, join(before.directory, 'copied.json.secrets'), { recursive: true });
    cpSync(cellKeys, join(before.directory, 'copied.json'));
    const restored = after.connect();
    await Custody.open({ pool: restored, cellKeys });
    await backup(restored);
    const old = await Custody.open({ pool: restored, cellKeys: join(before.directory, 'copied.json') });
    expect(new Set(await every(old, one))).toEqual(new Set(['key-file-invalid']));
    expect(await codeOf(old.subjectOf(TENANT, 'Case', 'leaver'))).toBe('key-file-invalid');
  });
});

describe('an erasure that is killed', () => {
  it('is made up for by the same request, whenever it was', async () => {
    const pool = before.connect();
    const file = FileCellKeys.read(cellKeys);
    const secrets: ErasableSecrets = {
      keep: (name, secret) => file.secrets.keep(name, secret),
      read: (name) => file.secrets.read(name),
      destroy: () => Promise.reject(new Error('killed')),
    };
    const killed = await Custody.open({
      pool,
      cellKeys: {
        secrets,
        publicKey: file.publicKey,
        wrap: (bound, key) => file.wrap(bound, key),
        unwrap: (bound, wrapped) => file.unwrap(bound, wrapped),
        agree: (encapsulated) => file.agree(encapsulated),
      },
    });
    const custody = await Custody.open({ pool, cellKeys });
    const subject = await custody.subjectOf('harbor', 'Case', '1');
    const whose = { eventId: 'evt_1', tenant: 'harbor', subject };
    await custody.sealRecord({ ...whose, recordId: '1', plaintext: Buffer.from('who it is') });
    const request = { request: 'r3', tenant: 'harbor', subject };
    await expect(killed.erase(request)).rejects.toThrow('killed');
    const { rows } = await pool.query<{ secrets: [string] }>(
      `SELECT secrets FROM custody.erasure WHERE request_id = 'r3'`,
    );
    const name = { tenant: 'harbor', secret: rows[0]?.secrets[0] ?? '' };
    expect(await file.secrets.read(name)).toHaveLength(32);
    const done = await custody.erase(request);
    expect(done).toMatchObject({ keys: 1 });
    expect(await file.secrets.read(name)).toBeUndefined();
    expect(await custody.erase(request)).toEqual(done);
    expect(await codeOf(custody.erase({ ...request, subject: null }))).toBe('key-store-refused');
  });

  it('meets records that are being sealed, and loses none of them', async () => {
    const pool = before.connect();
    const custody = await Custody.open({ pool, cellKeys });
    const subjects = await Promise.all(
      Array.from({ length: 40 }, (_, n) => custody.subjectOf('harbor', 'Lead', String(n))),
    );
    const seal = async (subject: string, n: number) => {
      const whose = { eventId: `evt_${n}`, tenant: 'harbor', subject };
      const other = await Custody.open({ pool, cellKeys });
      return {
        whose,
        record: await other.sealRecord({ ...whose, recordId: '1', plaintext: Buffer.from('x') }),
      };
    };
    const [made] = await Promise.all([
      Promise.all(subjects.slice(1).map(seal)),
      seal(subjects[0]!, 99).then(() =>
        Promise.all(
          [1, 2, 3, 4].map((n) =>
            custody.erase({ request: `meeting-${n}`, tenant: 'harbor', subject: subjects[0]! }),
          ),
        ),
      ),
    ]);
    const fresh = await Custody.open({ pool, cellKeys });
    const opened = await Promise.all(
      made.map(({ whose, record }) => codeOf(fresh.openRecord({ ...whose, sealed: record }))),
    );
    expect(new Set(opened)).toEqual(new Set(['opened']));
  });
});

/** Keeps what all tables of custody hold now, and puts it into another database. */
async function copyOf(from: ReturnType<TestPostgres['connect']>) {
  const tables = ['tenant_key', 'shelf', 'subject_key', 'pseudonym', 'erasure'];
  const rows = new Map<string, string>();
  for (const table of tables) {
    const { rows: found } = await from.query<{ all: string }>(
      `SELECT coalesce(json_agg(t), '[]')::text AS all FROM custody.${table} t`,
    );
    rows.set(table, found[0]?.all ?? '[]');
  }
  return async (to: typeof from): Promise<void> => {
    await to.query(`TRUNCATE ${tables.map((table) => `custody.${table}`).join(', ')}`);
    for (const [table, all] of rows)
      await to.query(
        `INSERT INTO custody.${table} SELECT * FROM json_populate_recordset(null::custody.${table}, $1::json)`,
        [all],
      );
  };
}
