import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyReleaseOrder } from '@bailiwick/contracts';
import { purposeKey } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { INFRA, TestControlPlane } from './control-plane.test-kit.js';
import { textDigest } from './terms/profile-text.js';

const WAIT = { timeout: 30_000, interval: 50 };
let plane: TestControlPlane;
let eu: ControlReader;

beforeAll(async () => {
  plane = await TestControlPlane.start();
  eu = await plane.reader('eu-central');
  await eu.whenReady();
});
afterAll(async () => {
  await eu?.stop();
  await plane?.stop();
});

const soon = (check: () => void): Promise<void> => vi.waitFor(check, WAIT);

describe('the founding state', () => {
  test('is told to a cell, signed: every profile, purpose, pool, catalog and cell, and the heartbeat', async () => {
    await soon(() => {
      expect(eu.asOf).toBeGreaterThan(0);
      expect(eu.all('purpose')).toHaveLength(14);
      expect(eu.all('profile')).toHaveLength(4);
      expect(eu.all('pool')).toHaveLength(3);
      expect(eu.get('catalog', 'Case')).toMatchObject({ object: 'Case', version: 1 });
      expect(eu.all('cell')).toHaveLength(2);
      expect(eu.get('jurisdiction', 'eu')?.countries).toContain('FR');
    });
    expect(eu.get('profile', 'nordlicht')).toMatchObject({ homeJurisdiction: 'eu', isolation: 'dedicated' });
    expect(eu.get('profile', 'nordlicht')?.acknowledgement?.textDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(eu.get('profile', 'pending')?.acknowledgement).toBeNull();
    expect(Object.keys(eu.get('purpose', purposeKey('atlas', 'case-digest'))?.output.schema ?? {})).toEqual([
      'type',
      'additionalProperties',
      'required',
      'properties',
    ]);
  });

  test('is readable by people of a tenant, without contacts on any topic', async () => {
    const { status, body } = await plane.ask('anna', 'GET', '/v1/tenants');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        items: [
          { tenant: 'atlas', acknowledgement: { by: 'Marek Dvorak, head of compliance' } },
          { tenant: 'harbor' },
          { tenant: 'nordlicht' },
          { tenant: 'pending', acknowledgement: null },
        ],
        next: null,
      },
    });
    expect(JSON.stringify(eu.all('profile'))).not.toContain('@');
  });

  test('is counted: what a cell was told and what a service there runs have the same numbers', async () => {
    await vi.waitFor(async () => {
      const metrics = await (await fetch(`${plane.health}/metrics`)).text();
      const value = (name: string): string | undefined =>
        new RegExp(`^bailiwick_control_${name} (\\d+)$`, 'm').exec(metrics)?.[1];
      for (const kind of ['profile', 'purpose', 'pool'])
        expect(value(`sequence{kind="${kind}"}`)).toBe(
          value(`published_sequence{region="eu-central",kind="${kind}"}`) ?? 'nothing',
        );
    }, WAIT);
  });

  test('is kept over a restart, and pages follow one another', async () => {
    await plane.down();
    await plane.up();
    const first = await plane.ask('anna', 'GET', '/v1/tenants?limit=3');
    const { items, next } = z
      .object({ items: z.array(z.object({ tenant: z.string() })), next: z.string() })
      .parse(first.body);
    expect(items.map(({ tenant }) => tenant)).toEqual(['atlas', 'harbor', 'nordlicht']);
    expect((await plane.ask('anna', 'GET', `/v1/tenants?limit=3&after=${next}`)).body).toMatchObject({
      items: [{ tenant: 'pending' }],
      next: null,
    });
  });
});

describe('B5 R7 F7 a residency profile', () => {
  const terms = {
    homeJurisdiction: 'eu',
    homeRegion: 'eu-central',
    permitted: [],
    isolation: 'shared',
    contractReference: 'PE-2026-001',
    retention: { records: 8, held: 91, lineage: 365 },
    incidentContacts: [{ name: 'Sofia Lindqvist', email: 'privacy@pending.example' }],
  };

  test.each(['homeRegion', 'permitted', 'isolation', 'contractReference', 'retention', 'incidentContacts'])(
    'without %s is refused: there is no default and no skip',
    async (missing) => {
      const { [missing]: _, ...rest } = terms as Record<string, unknown>;
      const { status, body } = await plane.ask('clara', 'POST', '/v1/changes', {
        body: {
          tenant: 'pending',
          title: 'x',
          things: [{ kind: 'profile', id: 'pending', terms: rest }],
        },
      });
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { code: 'change-invalid', detail: expect.stringContaining(`profile pending: ${missing}`) },
      });
    },
  );

  test.each([
    ['records', 6, 'retention.records: is shorter than the 7 days'],
    ['lineage', 364, 'retention.lineage: is shorter than the 365 days'],
  ])(
    'R6 that permits less %s than cells keep is refused: no cell would keep to it',
    async (what, days, says) => {
      const retention = { records: 7, held: 90, lineage: 365, [what]: days };
      const things = [{ kind: 'profile', id: 'pending', terms: { ...terms, retention } }];
      const { body } = await plane.ask('clara', 'POST', '/v1/changes', {
        body: { tenant: 'pending', title: 'x', things },
      });
      expect(body).toMatchObject({
        detail: expect.stringContaining(says),
      });
    },
  );

  test('takes effect when the authorised person acknowledges its exact text, and not before', async () => {
    const change = await plane.propose('pending', [{ kind: 'profile', id: 'pending', terms }]);
    expect((await plane.approve(change)).body).toMatchObject({ state: 'in-force' });
    await soon(() => expect(eu.get('profile', 'pending')?.version).toBe(2));
    expect(eu.get('profile', 'pending')?.acknowledgement).toBeNull();

    const path = '/v1/tenants/pending/acknowledgement';
    const { body } = await plane.ask('sofia', 'GET', '/v1/tenants/pending/profile/text');
    const { text, textDigest: digest } = z.object({ text: z.string(), textDigest: z.string() }).parse(body);
    expect(text).toContain('They never leave that jurisdiction.');
    expect(textDigest(text)).toBe(digest);
    const wrong = await plane.ask('sofia', 'POST', path, { body: { textDigest: textDigest(`${text} `) } });
    expect(wrong).toMatchObject({ status: 412, body: { code: 'text-differs' } });
    const other = await plane.ask('anna', 'POST', path, { body: { textDigest: digest } });
    expect(other).toMatchObject({ status: 403, body: { code: 'role-missing' } });
    expect(eu.get('profile', 'pending')?.acknowledgement).toBeNull();

    expect(await plane.ask('sofia', 'POST', path, { body: { textDigest: digest } })).toMatchObject({
      status: 201,
    });
    await soon(() =>
      expect(eu.get('profile', 'pending')?.acknowledgement).toMatchObject({
        by: 'Sofia Lindqvist, managing director',
        textDigest: digest,
      }),
    );
    expect((await plane.ask('sofia', 'GET', '/v1/tenants/pending/audit')).body).toMatchObject({
      items: [
        { act: 'profile.acknowledge', subject: 'sofia', detail: expect.stringContaining(digest) },
        {},
        {},
        {},
      ],
    });
  });

  test('that is changed needs a new acknowledgement; until then the old one holds', async () => {
    const things = [{ kind: 'profile', id: 'pending', terms: { ...terms, isolation: 'dedicated' } }];
    await plane.approve(await plane.propose('pending', things));
    const { body } = await plane.ask('sofia', 'GET', '/v1/tenants/pending/profile/text');
    expect(body).toMatchObject({ version: 3, acknowledgement: null });
    expect(eu.get('profile', 'pending')).toMatchObject({ version: 2, isolation: 'shared' });
    const { textDigest: digest } = z.object({ textDigest: z.string() }).parse(body);
    await plane.ask('sofia', 'POST', '/v1/tenants/pending/acknowledgement', { body: { textDigest: digest } });
    await soon(() =>
      expect(eu.get('profile', 'pending')).toMatchObject({ version: 3, isolation: 'dedicated' }),
    );
  });

  test('whose acknowledgement is withdrawn is refused everywhere at once', async () => {
    const path = '/v1/tenants/pending/acknowledgement/withdrawal';
    const body = { reason: 'the contract has ended' };
    expect(await plane.ask('sofia', 'POST', path, { body })).toMatchObject({ status: 200 });
    await soon(() =>
      expect(eu.get('profile', 'pending')).toMatchObject({ version: 3, acknowledgement: null }),
    );
    const given = await plane.ask('anna', 'GET', '/v1/tenants/pending/acknowledgements');
    expect(given.body).toMatchObject({
      items: [
        { version: 3, withdrawn: true, subject: 'sofia' },
        {
          version: 3,
          withdrawn: false,
          text: expect.stringContaining('pools that are dedicated to pending'),
        },
        { version: 2, withdrawn: false, textDigest: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
    });
  });
});

test('a cell that is down keeps readiness off by name, while the other is told; no file replaces a key of a pool', async () => {
  const { publicKey } = eu.get('pool', 'eu-shared') ?? {};
  await plane.down();
  await plane.up({ BAILIWICK_CELLS_FILE: await plane.cellsWithout('us-east', 'A'.repeat(43)) });
  await vi.waitFor(async () => {
    const answered = await fetch(`${plane.health}/health/ready`);
    expect({ status: answered.status, body: await answered.json() }).toMatchObject({
      status: 503,
      body: {
        checks: {
          store: 'ok',
          'cell eu-central': 'ok',
          'cell us-east': 'the cell does not hold what the control-plane says',
        },
      },
    });
  }, WAIT);
  expect(eu.get('pool', 'eu-shared')).toMatchObject({ publicKey });
  await plane.down();
  await plane.up();
  await vi.waitFor(async () => expect((await fetch(`${plane.health}/health/ready`)).status).toBe(200), WAIT);
});

test('another workload cannot write to the control topics', async () => {
  const producer = (await plane.cell('eu-central').cluster('residency-router')).producers.producer({
    retry: { retries: 0 },
  });
  await producer.connect();
  const messages = [{ key: 'pending', value: 'forged' }];
  await expect(producer.send({ topic: 'eu.control.profile.v1', messages })).rejects.toThrow(/authoriz/i);
  await producer.disconnect();
});

test('a store that is away is said with 503; what was in force still is, and the next change goes on', async () => {
  const { databaseProcess } = plane.cell('eu-central');
  await databaseProcess.kill();
  expect(await plane.ask('anna', 'GET', '/v1/tenants')).toMatchObject({
    status: 503,
    body: { code: 'database-unavailable' },
  });
  expect(eu.get('profile', 'atlas')?.acknowledgement).not.toBeNull();
  await databaseProcess.start();
  await vi.waitFor(
    async () => expect(await plane.ask('anna', 'GET', '/v1/tenants/atlas')).toMatchObject({ status: 200 }),
    WAIT,
  );
  const heard = eu.asOf;
  await vi.waitFor(() => expect(eu.asOf).toBeGreaterThan(heard), WAIT);
});

test('files that change after the founding change nothing by themselves: the store is the source', async () => {
  const before = await plane.ask('anna', 'GET', '/v1/tenants');
  const folder = await mkdtemp(join(tmpdir(), 'seed-'));
  await cp(INFRA, folder, { recursive: true });
  const file = join(folder, 'tenants', 'harbor.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('isolation: shared', 'isolation: dedicated'));
  await plane.down();
  await plane.up({ BAILIWICK_SEED_DIR: folder });
  expect((await plane.ask('anna', 'GET', '/v1/tenants')).body).toEqual(before.body);
  await rm(folder, { recursive: true });
});

describe('O2 a release', () => {
  const kept = {
    tenant: 'nordlicht',
    event: 'evt_1',
    region: 'eu-central',
    topic: 'eu.held.record.v1',
    partition: 2,
    offset: '9007199254740993',
    reference: 'INC-42',
  };
  const Asked = z.object({ id: z.string(), approval: z.object({ order: z.string() }).nullable() });
  const ask = (by: string, body: object = kept) => plane.ask(by, 'POST', '/v1/releases', { body });
  const approve = (by: string, id: string) => plane.ask(by, 'POST', `/v1/releases/${id}/approval`);

  test('is signed when somebody else of the tenant has approved it, for just that record, and for an hour', async () => {
    const { id, approval } = Asked.parse((await ask('otto')).body);
    expect(approval).toBeNull();
    expect((await ask('otto')).body).toMatchObject({ id });
    const { body } = await approve('bruno', id);
    const { order } = Asked.parse(body).approval ?? { order: '' };
    const { reference, ...place } = kept;
    const said = await verifyReleaseOrder(order, [plane.signer()]);
    expect(said).toMatchObject({
      jti: id,
      ...place,
      askedBy: 'otto',
      approvedBy: 'bruno',
      role: 'compliance',
      reference,
    });
    expect((said?.exp ?? 0) - (said?.iat ?? 0)).toBe(3600);
    expect((await ask('otto')).body).toMatchObject({ id, approval: { order } });
    expect((await approve('anna', id)).body).toMatchObject({ approval: { order } });
    plane.skewMs = 3_600_000;
    expect((await ask('otto')).body).toMatchObject({ approval: null });
    plane.skewMs = 0;
  });

  test('is approved by nobody who asked for it, has no such role, or is of another tenant', async () => {
    const { id } = Asked.parse((await ask('anna', { ...kept, offset: '2' })).body);
    expect(await approve('anna', id)).toMatchObject({
      status: 403,
      body: { code: 'approval-not-permitted' },
    });
    expect(await approve('ines', id)).toMatchObject({ status: 403, body: { code: 'role-missing' } });
    expect(await approve('marek', id)).toMatchObject({ status: 404, body: { code: 'release-unknown' } });
    expect(await plane.ask('marek', 'GET', `/v1/releases/${id}`)).toMatchObject({ status: 404 });
    expect(await ask('marek')).toMatchObject({ status: 404, body: { code: 'tenant-not-found' } });
    const { body } = await plane.ask('bruno', 'GET', '/v1/releases?tenant=nordlicht');
    expect(body).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id })]) });
  });
});
