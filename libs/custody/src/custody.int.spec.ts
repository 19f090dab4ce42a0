import type { Sealed } from '@bailiwick/contracts';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Custody, homeForm } from './custody.js';
import { generateCellKeys, generateKeyPair } from './key-agreement.js';
import { PoolKey } from './pool-key.js';
import { startPostgres, type TestPostgres } from './postgres.test-kit.js';

const CANARY = 'Zaphira Quillfeather';
let postgres: TestPostgres;
let database: pg.Pool;
let cellKeys: string;
let custody: Custody;

/** Another process of the cell: nothing remembered. */
const fresh = (): Promise<Custody> => Custody.open({ pool: database, cellKeys });

beforeAll(async () => {
  postgres = await startPostgres();
  database = postgres.connect();
  cellKeys = join(postgres.directory, 'cell.json');
  writeFileSync(cellKeys, JSON.stringify(generateCellKeys().file));
  custody = await fresh();
});
afterAll(() => postgres.stop());

let count = 0;
async function sealedRecord(tenant = 'nordlicht') {
  const recordId = `500-${CANARY}-${count++}`;
  const subject = await custody.subjectOf(tenant, 'Case', recordId);
  const whose = { eventId: `evt_${count}`, tenant, subject };
  const plaintext = Buffer.from(`{"Name":"${CANARY}"}`);
  const sealed = await custody.sealRecord({ ...whose, recordId, plaintext });
  return { whose, recordId, plaintext, sealed };
}

async function minimisedRecord(tenant?: string) {
  const record = await sealedRecord(tenant);
  const pair = generateKeyPair();
  const minimised = await custody.sealMinimised({ ...record.whose, plaintext: record.plaintext });
  return { ...record, minimised, pair, pool: new PoolKey('eu-shared', pair.privateKey) };
}

const codeOf = async (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => 'opened',
    (error: { code?: string }) => error.code,
  );

describe('a record through its cell', () => {
  it('opens in another process of the cell, and its record id too', async () => {
    const { whose, recordId, plaintext, sealed } = await sealedRecord();
    const other = await fresh();
    expect((await other.openRecord({ ...whose, sealed })).reveal()).toEqual(plaintext);
    expect((await other.recordIdOf(whose.tenant, whose.subject)).reveal()).toBe(recordId);
  });

  it('goes to a pool, which holds its own key only, and the answer comes back home', async () => {
    const { whose, plaintext, minimised, pair, pool } = await minimisedRecord();
    const sent = { pool: 'eu-shared', poolPublicKey: pair.publicKey };
    const { payload, homeWrappedKey } = await custody.rewrapForPool({ ...whose, ...sent, sealed: minimised });
    expect(payload.ciphertext).toBe(minimised.ciphertext);
    const opened = await pool.open({ ...whose, payload, homeWrappedKey });
    expect(opened.plaintext.reveal()).toEqual(plaintext);
    const result = opened.sealResult(Buffer.from('answer'));
    expect((await custody.openResult({ ...whose, sealed: result })).reveal().toString()).toBe('answer');
  });

  it('can come back from a pool for a new decision', async () => {
    const { whose, plaintext, minimised, pair } = await minimisedRecord();
    const form = await custody.rewrapForPool({
      ...whose,
      sealed: minimised,
      pool: 'p',
      poolPublicKey: pair.publicKey,
    });
    const again = homeForm(whose, form);
    expect((await custody.openMinimised({ ...whose, sealed: again })).reveal()).toEqual(plaintext);
  });

  it('has one subject per record, the same each time and other in another tenant', async () => {
    const first = await custody.subjectOf('atlas', 'Case', '500-1');
    expect(first).toMatch(/^[a-z2-7]{16}$/);
    expect(await (await fresh()).subjectOf('atlas', 'Case', '500-1')).toBe(first);
    expect(await custody.subjectOf('harbor', 'Case', '500-1')).not.toBe(first);
    expect(await custody.subjectOf('atlas', 'Contact', '500-1')).not.toBe(first);
  });
});

describe('a sealed value stays where it was sealed', () => {
  it.each(['eventId', 'tenant', 'subject'] as const)('does not open under another %s', async (member) => {
    const mine = await sealedRecord();
    const other = await sealedRecord(member === 'tenant' ? 'atlas' : 'nordlicht');
    const whose = { ...mine.whose, [member]: other.whose[member] };
    const recipient = `subject/${whose.tenant}/${whose.subject}`;
    const moved: Sealed = { ...mine.sealed, recipient };
    expect(['seal-broken', 'key-missing']).toContain(
      await codeOf(custody.openRecord({ ...whose, sealed: moved })),
    );
  });

  it('does not open under another tenant even with the key of the subject that is named alike', async () => {
    const mine = await sealedRecord();
    const tenant = 'harbor';
    const sealed = await custody.sealRecord({
      ...mine.whose,
      tenant,
      recordId: 'r',
      plaintext: mine.plaintext,
    });
    const whose = { ...mine.whose, tenant };
    const wrappedKey = Buffer.concat([sealed.wrappedKey.subarray(0, 9), mine.sealed.wrappedKey.subarray(9)]);
    const moved = { ...mine.sealed, recipient: sealed.recipient, wrappedKey };
    expect(await codeOf(custody.openRecord({ ...whose, sealed: moved }))).toBe('seal-broken');
  });

  it('does not open in another context', async () => {
    const { whose, sealed, minimised } = await minimisedRecord();
    expect(await codeOf(custody.openMinimised({ ...whose, sealed }))).toBe('seal-broken');
    expect(await codeOf(custody.openRecord({ ...whose, sealed: minimised }))).toBe('seal-broken');
    expect(await codeOf(custody.openResult({ ...whose, sealed: minimised }))).toBe('seal-broken');
  });

  it('is refused when it is addressed to somebody else', async () => {
    const { whose, sealed } = await sealedRecord();
    expect(await codeOf(custody.openRecord({ ...whose, sealed: { ...sealed, recipient: 'pool/x' } }))).toBe(
      'wrong-recipient',
    );
  });

  it.each(['nonce', 'ciphertext', 'wrappedKey'] as const)(
    'breaks with any flipped bit or cut of %s',
    async (member) => {
      const { whose, sealed } = await sealedRecord();
      const opens = (bytes: Buffer) =>
        codeOf(custody.openRecord({ ...whose, sealed: { ...sealed, [member]: bytes } }));
      for (let index = 0; index < sealed[member].length; index++) {
        const flipped = Buffer.from(sealed[member]);
        flipped[index] = (flipped[index] ?? 0) ^ 1;
        const keyId = member === 'wrappedKey' && index >= 1 && index < 9;
        expect(await opens(flipped)).toBe(keyId ? 'key-missing' : 'seal-broken');
        expect(await opens(sealed[member].subarray(0, index))).toMatch(/^(seal-broken|key-missing)$/);
      }
    },
  );
});

describe('keys', () => {
  it('are made once, however many processes and events ask for them at once', async () => {
    const processes = await Promise.all([fresh(), fresh(), fresh()]);
    const asked = Array.from({ length: 600 }, (_, index) => index);
    const sealed = await Promise.all(
      asked.map(async (index) => {
        const one = processes[index % 3] ?? custody;
        const recordId = `record-${index % 40}`;
        const whose = {
          eventId: `evt_${index}`,
          tenant: 'crowd',
          subject: await one.subjectOf('crowd', 'Case', recordId),
        };
        return {
          whose,
          sealed: await one.sealRecord({ ...whose, recordId, plaintext: Buffer.from(`${index}`) }),
        };
      }),
    );
    const { rows } = await database.query(
      `SELECT count(*)::int AS n FROM custody.subject_key WHERE tenant = 'crowd'`,
    );
    expect(rows).toEqual([{ n: 40 }]);
    const reader = await fresh();
    const opened = await Promise.all(
      sealed.map((one) => reader.openRecord({ ...one.whose, sealed: one.sealed })),
    );
    expect(opened.map((one) => one.reveal().toString())).toEqual(asked.map(String));
  });

  it('are fetched together: a thousand records of as many subjects cost a few statements', async () => {
    const records = await Promise.all(Array.from({ length: 1000 }, () => sealedRecord('batch')));
    const counted = postgres.connect();
    const reader = await Custody.open({ pool: counted, cellKeys });
    let statements = 0;
    const query = counted.query.bind(counted);
    counted.query = ((...args: Parameters<typeof query>) => {
      statements++;
      return query(...args);
    }) as typeof counted.query;
    await Promise.all(records.map(({ whose, sealed }) => reader.openRecord({ ...whose, sealed })));
    expect(statements).toBeLessThanOrEqual(4);
  });

  it('leave no personal data in the database', async () => {
    const { whose } = await sealedRecord();
    const maker = await custody.pseudonymiser(whose.tenant);
    maker.pseudonym('PERSON', CANARY);
    await custody.remember(whose.tenant, whose.subject, maker.entries());
    for (const table of ['tenant_key', 'subject_key', 'pseudonym']) {
      const { rows } = await database.query<{ row: string }>(
        `SELECT encode(convert_to(t::text, 'UTF8'), 'escape') AS row FROM custody.${table} t`,
      );
      const hex = Buffer.from(CANARY).toString('hex');
      expect(rows.some(({ row }) => row.includes(CANARY) || row.includes(hex))).toBe(false);
    }
  });

  it('of another cell open nothing', async () => {
    const { whose, sealed } = await sealedRecord();
    const elsewhere = join(postgres.directory, 'elsewhere.json');
    writeFileSync(elsewhere, JSON.stringify(generateCellKeys().file));
    const thief = await Custody.open({ pool: database, cellKeys: elsewhere });
    const open = () => codeOf(thief.openRecord({ ...whose, sealed }));
    expect(await open()).toBe('key-file-invalid');
    cpSync(`${cellKeys}.secrets`, `${elsewhere}.secrets`, { recursive: true });
    expect(await open()).toBe('seal-broken');
  });
});
