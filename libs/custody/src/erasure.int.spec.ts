import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Custody } from './custody.js';
import { generateCellKeys, generateKeyPair } from './key-agreement.js';
import { PoolKey } from './pool-key.js';
import { startPostgres, type TestPostgres } from './postgres.test-kit.js';
import { custodyGrants, type CUSTODY_GRANTS } from './schema.js';

let postgres: TestPostgres;
let database: pg.Pool;
let cellKeys: string;

beforeAll(async () => {
  postgres = await startPostgres();
  database = postgres.connect();
  cellKeys = join(postgres.directory, 'cell.json');
  writeFileSync(cellKeys, JSON.stringify(generateCellKeys().file));
});
afterAll(() => postgres.stop());

const fresh = (): Promise<Custody> => Custody.open({ pool: database, cellKeys });
let requests = 0;
const erase = async (tenant: string, subject: string | null) =>
  (await fresh()).erase({ request: `request-${requests++}`, tenant, subject });
const codeOf = async (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => 'opened',
    (error: { code?: string }) => error.code,
  );

async function answered(tenant: string, recordId: string) {
  const custody = await fresh();
  const whose = {
    eventId: `evt_${recordId}`,
    tenant,
    subject: await custody.subjectOf(tenant, 'Case', recordId),
  };
  const record = await custody.sealRecord({ ...whose, recordId, plaintext: Buffer.from('record') });
  const minimised = await custody.sealMinimised({ ...whose, plaintext: Buffer.from('minimised') });
  const pair = generateKeyPair();
  const sent = { pool: 'eu-shared', poolPublicKey: pair.publicKey };
  const form = await custody.rewrapForPool({ ...whose, ...sent, sealed: minimised });
  const opened = await new PoolKey('eu-shared', pair.privateKey).open({ ...whose, ...form });
  const result = opened.sealResult(Buffer.from('answer'));
  const maker = await custody.pseudonymiser(tenant);
  const text = `Dear ${maker.pseudonym('PERSON', 'Anna Müller')}`;
  await custody.remember(tenant, whose.subject, maker.entries());
  return { whose, record, minimised, result, text };
}

async function everyOpening({
  whose,
  record,
  minimised,
  result,
  text,
}: Awaited<ReturnType<typeof answered>>) {
  const custody = await fresh();
  return Promise.all([
    codeOf(custody.openRecord({ ...whose, sealed: record })),
    codeOf(custody.openMinimised({ ...whose, sealed: minimised })),
    codeOf(custody.openResult({ ...whose, sealed: result })),
    codeOf(custody.recordIdOf(whose.tenant, whose.subject)),
    codeOf(custody.restore(whose.tenant, whose.subject, text)),
  ]);
}

describe('erasure', () => {
  it('of a data subject closes its record, its minimised form, its answers and its pseudonyms, and no others', async () => {
    const erased = await answered('atlas', 'one');
    const kept = await answered('atlas', 'two');
    expect(new Set(await everyOpening(erased))).toEqual(new Set(['opened']));
    expect(await erase('atlas', erased.whose.subject)).toMatchObject({ keys: 1, pseudonyms: 1 });
    expect(new Set(await everyOpening(erased))).toEqual(new Set(['key-missing']));
    expect(new Set(await everyOpening(kept))).toEqual(new Set(['opened']));
    expect(await erase('atlas', erased.whose.subject)).toMatchObject({ keys: 0, pseudonyms: 0 });
  });

  it('stays, also when the same record arrives again and gets a new key', async () => {
    const erased = await answered('atlas', 'three');
    await erase('atlas', erased.whose.subject);
    const again = await answered('atlas', 'three');
    expect(new Set(await everyOpening(again))).toEqual(new Set(['opened']));
    const custody = await fresh();
    expect(await codeOf(custody.openRecord({ ...erased.whose, sealed: erased.record }))).toBe('key-missing');
  });

  it('reaches a process that remembers the key, when its memory ends', async () => {
    const erased = await answered('atlas', 'four');
    const remembering = await Custody.open({ pool: database, cellKeys, cacheMs: 200 });
    const open = () => codeOf(remembering.openRecord({ ...erased.whose, sealed: erased.record }));
    expect(await open()).toBe('opened');
    await erase('atlas', erased.whose.subject);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await open()).toBe('key-missing');
  });

  it('is told to a process that listens, which seals for who comes back under a new key at once', async () => {
    const erased = await answered('atlas', 'told');
    const remembering = await fresh();
    await remembering.erasures.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const seal = () =>
      remembering.sealRecord({ ...erased.whose, recordId: 'told', plaintext: Buffer.from('back') });
    await seal();
    await erase('atlas', erased.whose.subject);
    await expect
      .poll(() => codeOf(remembering.openRecord({ ...erased.whose, sealed: erased.record })))
      .toBe('key-missing');
    const sealed = await seal();
    expect(await codeOf((await fresh()).openRecord({ ...erased.whose, sealed }))).toBe('opened');
    await remembering.erasures.stop();
  });

  it('keeps a process that remembers the key from storing pseudonyms that nobody could restore', async () => {
    const remembering = await fresh();
    const erased = await answered('atlas', 'seven');
    const kept = await answered('atlas', 'eight');
    const maker = await remembering.pseudonymiser('atlas');
    maker.pseudonym('PERSON', 'Bela Kovács');
    const remember = (subject: string) => codeOf(remembering.remember('atlas', subject, maker.entries()));
    expect(await remember(erased.whose.subject)).toBe('opened');
    await erase('atlas', erased.whose.subject);
    const together = await Promise.all([remember(erased.whose.subject), remember(kept.whose.subject)]);
    expect(together).toEqual(['key-missing', 'opened']);
    await answered('atlas', 'seven');
    expect(await remember(erased.whose.subject)).toBe('opened');
  });

  it('of a tenant closes everything of it for good', async () => {
    const erased = await answered('leaver', 'one');
    expect(await erase('leaver', null)).toMatchObject({ keys: 1, pseudonyms: 1 });
    expect(new Set(await everyOpening(erased))).toEqual(new Set(['key-missing']));
    expect(await codeOf((await fresh()).subjectOf('leaver', 'Case', 'two'))).toBe('tenant-destroyed');
  });
});

describe('the database', () => {
  it('gives each service the rights it needs and no others', async () => {
    const as = async (service: keyof typeof CUSTODY_GRANTS): Promise<Custody> => {
      await database.query(`CREATE ROLE "${service}" LOGIN PASSWORD 'owner'`);
      for (const statement of custodyGrants(service, service)) await database.query(statement);
      return Custody.open({ pool: postgres.connect(service), cellKeys });
    };
    const [ingest, classifier, router, writeback] = [
      await as('ingest'),
      await as('classifier'),
      await as('residency-router'),
      await as('writeback'),
    ];
    const subject = await ingest.subjectOf('granted', 'Case', '1');
    const whose = { eventId: 'evt_1', tenant: 'granted', subject };
    const sealed = await ingest.sealRecord({ ...whose, recordId: '1', plaintext: Buffer.from('record') });
    await classifier.openRecord({ ...whose, sealed });
    const maker = await classifier.pseudonymiser('granted');
    const pseudonym = maker.pseudonym('PERSON', 'Anna Müller');
    await classifier.remember('granted', subject, maker.entries());
    const minimised = await classifier.sealMinimised({ ...whose, plaintext: Buffer.from('minimised') });
    const poolPublicKey = generateKeyPair().publicKey;
    await router.rewrapForPool({ ...whose, sealed: minimised, pool: 'eu-shared', poolPublicKey });
    expect((await writeback.restore('granted', subject, pseudonym)).reveal().value).toBe('Anna Müller');

    const request = { request: 'by-whom', tenant: 'granted', subject };
    for (const service of [ingest, classifier, router])
      expect(await codeOf(service.erase(request))).toBe('key-store-refused');
    for (const service of [classifier, router, writeback])
      expect(await codeOf(service.subjectOf('newcomer', 'Case', '1'))).toBe('key-store-refused');
    for (const service of [ingest, router])
      expect(await codeOf(service.restore('granted', subject, pseudonym))).toBe('key-store-refused');
    expect(await writeback.erase(request)).toMatchObject({ keys: 1, pseudonyms: 1 });
    expect(await writeback.erase({ ...request, request: 'all', subject: null })).toMatchObject({ keys: 0 });
  });

  it('is never asked for a name that it would refuse together with the others', async () => {
    const custody = await fresh();
    const { whose, record } = await answered('atlas', 'nine');
    const forged = { ...whose, subject: 'a\u0000b' };
    const sealed = { ...record, recipient: `subject/atlas/${forged.subject}` };
    const opened = [
      custody.openRecord({ ...forged, sealed }),
      custody.openRecord({ ...whose, sealed: record }),
    ];
    expect(await Promise.all(opened.map(codeOf))).toEqual(['key-missing', 'opened']);
  });

  it('that does not answer is a transient error', async () => {
    const pool = postgres.connect();
    const custody = await Custody.open({ pool, cellKeys });
    const { whose, record } = await answered('atlas', 'six');
    await pool.query('SELECT 1');
    const { rows } = await pool.query<{ port: number }>(`SELECT inet_server_port() AS port`);
    pool.options.port = (rows[0]?.port ?? 0) === 1 ? 2 : 1;
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    expect(await codeOf(custody.openRecord({ ...whose, sealed: record }))).toBe('key-store-unavailable');
  });
});
