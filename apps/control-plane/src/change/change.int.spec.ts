import { generateKeyPairSync } from 'node:crypto';
import type { ControlReader } from '@bailiwick/kafka';
import { compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { Book } from '../book/book.js';
import { TestControlPlane } from '../control-plane.test-kit.js';
import { adoptPoolKeys } from '../seed/adopt-pool-keys.js';
import { textDigest } from '../terms/profile-text.js';
import { MESH } from '../terms/thing.js';
import { insertVersions } from './change-store.js';

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

describe('O2 a change', () => {
  const forbid = (id: string): string =>
    `@id("${id}") @sentence("Nothing is answered.") @source("AT-2026-203") forbid (principal, action, resource);`;
  const policy = (id: string) => [{ kind: 'policy', id: 'atlas', terms: { text: forbid(id) } }];

  test('has no effect before two people in two roles, neither its author, have approved it', async () => {
    const change = await plane.propose('atlas', policy('one'));
    expect(change.state).toBe('proposed');
    const approvals = `/v1/changes/${change.id}/approvals`;
    const security = { body: { role: 'security' } };
    expect(await plane.ask('anna', 'POST', approvals, security)).toMatchObject({ status: 428 });
    expect(await plane.ask('anna', 'POST', approvals, { ...security, ifMatch: '"99"' })).toMatchObject({
      status: 412,
    });
    expect(await plane.ask('clara', 'POST', approvals, { ...security, ifMatch: change.etag })).toMatchObject({
      status: 403,
      body: { code: 'role-missing' },
    });
    const once = await plane.ask('anna', 'POST', approvals, { ...security, ifMatch: change.etag });
    expect(once).toMatchObject({
      status: 200,
      body: { state: 'proposed', diff: ['policy atlas (new)', expect.stringMatching(/^  \+ text: .*one/)] },
    });
    expect(
      await plane.ask('anna', 'POST', approvals, { body: { role: 'compliance' }, ifMatch: once.etag }),
    ).toMatchObject({ status: 403 });
    expect(eu.get('policy', 'atlas')).toBeUndefined();
    const twice = await plane.ask('bruno', 'POST', approvals, {
      body: { role: 'compliance' },
      ifMatch: once.etag,
    });
    expect(twice).toMatchObject({
      body: { state: 'in-force', statement: expect.stringMatching(/^ey.*\..*\./) },
    });
    await soon(() =>
      expect(eu.get('policy', 'atlas')).toEqual({ tenant: 'atlas', version: 1, text: forbid('one') }),
    );
  });

  test('whose ground has moved is stale, and one that retires a thing removes it in every cell', async () => {
    const [first, second] = [
      await plane.propose('atlas', policy('two')),
      await plane.propose('atlas', [{ kind: 'policy', id: 'atlas', terms: null }]),
    ];
    await plane.approve(first);
    expect((await plane.approve(second)).body).toMatchObject({ state: 'stale' });
    const third = await plane.propose('atlas', [{ kind: 'policy', id: 'atlas', terms: null }]);
    await plane.approve(third);
    await soon(() => expect(eu.get('policy', 'atlas')).toBeUndefined());
  });

  test('that says what cannot be is refused with all that is wrong', async () => {
    const { body } = await plane.ask('clara', 'GET', '/v1/tenants/atlas/purposes');
    const { items } = z.object({ items: z.array(z.looseObject({ id: z.string() })) }).parse(body);
    const triage = items.find(({ id: one }) => one === 'case-triage');
    const { id, tenant: _, version: __, ...terms } = triage ?? { id: '' };
    const fields = { Orgin: { action: 'keep' }, Diagnosis__c: { action: 'mask' } };
    const { status, body: problem } = await plane.ask('clara', 'POST', '/v1/changes', {
      body: { tenant: 'atlas', title: 'x', things: [{ kind: 'purpose', id, terms: { ...terms, fields } }] },
    });
    expect({ status, problem }).toMatchObject({ status: 400, problem: { code: 'change-invalid' } });
    expect((problem as { detail: string }).detail).toMatch(/Orgin: the catalog.*Diagnosis__c.*Art 9/s);
  });

  test('that lets a tenant do more than its contract, or that cannot be read, is refused', async () => {
    for (const text of ['permit (principal, action, resource);', 'forbid (principal'])
      expect(
        await plane.ask('clara', 'POST', '/v1/changes', {
          body: { tenant: 'atlas', title: 'x', things: [{ kind: 'policy', id: 'atlas', terms: { text } }] },
        }),
      ).toMatchObject({ status: 400, body: { detail: expect.stringContaining('policy atlas: text: ') } });
  });

  test('sent twice under one Idempotency-Key is proposed once', async () => {
    const asking = { body: { tenant: 'atlas', title: 'Once', things: policy('once') }, key: 'k-1' };
    const [a, b] = [
      await plane.ask('clara', 'POST', '/v1/changes', asking),
      await plane.ask('clara', 'POST', '/v1/changes', asking),
    ];
    expect(a.status).toBe(201);
    expect(b).toMatchObject({ status: 201, body: a.body, etag: a.etag });
    const other = { ...asking, body: { ...asking.body, title: 'Another' } };
    expect(await plane.ask('clara', 'POST', '/v1/changes', other)).toMatchObject({
      status: 400,
      body: { code: 'idempotency-key-reused' },
    });
  });

  test('that two people approve at the same moment takes effect once', async () => {
    const { id, etag } = await plane.propose('atlas', policy('race'));
    const path = `/v1/changes/${id}/approvals`;
    const both = await Promise.all([
      plane.ask('anna', 'POST', path, { body: { role: 'security' }, ifMatch: etag }),
      plane.ask('bruno', 'POST', path, { body: { role: 'compliance' }, ifMatch: etag }),
    ]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    const [late, role] = both[0]?.status === 412 ? ['anna', 'security'] : ['bruno', 'compliance'];
    const { etag: now } = await plane.ask('anna', 'GET', `/v1/changes/${id}`);
    const last = await plane.ask(late, 'POST', path, { body: { role }, ifMatch: now });
    expect(last).toMatchObject({ status: 200, body: { state: 'in-force' } });
    expect(
      await plane.ask('anna', 'POST', path, { body: { role: 'security' }, ifMatch: last.etag }),
    ).toMatchObject({
      status: 409,
      body: { code: 'change-closed' },
    });
    await plane.approve(await plane.propose('atlas', [{ kind: 'policy', id: 'atlas', terms: null }]));
  });

  test('sent twice at the same moment under one key is proposed once', async () => {
    const asking = { body: { tenant: 'atlas', title: 'Twice at once', things: policy('twice') }, key: 'k-2' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => plane.ask('clara', 'POST', '/v1/changes', asking)),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  test('that was rejected or withdrawn has no effect, and an emergency that is rejected loses it', async () => {
    const one = await plane.propose('atlas', policy('rejected'));
    const reject = (id: string, ifMatch: string | undefined, by = 'bruno') =>
      plane.ask(by, 'POST', `/v1/changes/${id}/rejection`, { body: { reason: 'not now' }, ifMatch });
    expect(await reject(one.id, one.etag, 'clara')).toMatchObject({ status: 403 });
    expect(await reject(one.id, one.etag)).toMatchObject({
      body: { state: 'rejected', settledReason: 'not now' },
    });
    const two = await plane.propose('atlas', policy('withdrawn'));
    const withdrawal = `/v1/changes/${two.id}/withdrawal`;
    expect(await plane.ask('anna', 'POST', withdrawal, { ifMatch: two.etag })).toMatchObject({ status: 403 });
    expect(await plane.ask('clara', 'POST', withdrawal, { ifMatch: two.etag })).toMatchObject({
      body: { state: 'withdrawn' },
    });
    const emergency = { reason: 'A pool answers with data of others', minutes: 240 };
    const three = await plane.propose('atlas', policy('alarm'), { emergency }, 'erik');
    await soon(() => expect(eu.get('policy', 'atlas')?.text).toContain('alarm'));
    expect(await reject(three.id, three.etag)).toMatchObject({ body: { state: 'rejected' } });
    await soon(() => expect(eu.get('policy', 'atlas')).toBeUndefined());
  });

  test('in an emergency that two others approve stays in force after its end', async () => {
    const emergency = { reason: 'A pool answers with data of others', minutes: 1 };
    const change = await plane.propose('atlas', policy('kept'), { emergency }, 'erik');
    expect((await plane.approve(change)).body).toMatchObject({ state: 'in-force' });
    plane.skewMs = 5 * 60_000;
    await new Promise((done) => setTimeout(done, 2500));
    plane.skewMs = 0;
    expect(eu.get('policy', 'atlas')?.text).toContain('kept');
    await plane.approve(await plane.propose('atlas', [{ kind: 'policy', id: 'atlas', terms: null }]));
    await soon(() => expect(eu.get('policy', 'atlas')).toBeUndefined());
  });

  test('of a profile takes no emergency, and no emergency is longer than four hours', async () => {
    const emergency = { reason: 'A pool answers with data of others', minutes: 30 };
    const profile = { kind: 'profile', id: 'atlas', terms: null };
    const send = (things: unknown, minutes = 30) =>
      plane.ask('erik', 'POST', '/v1/changes', {
        body: { tenant: 'atlas', title: 'x', things, emergency: { ...emergency, minutes } },
      });
    expect(await send([profile])).toMatchObject({ status: 400, body: { code: 'change-invalid' } });
    expect(await send(policy('long'), 241)).toMatchObject({ status: 400 });
  });

  test('R6 that orders an erasure is told to the cells when two people approved it, and is neither changed nor taken back', async () => {
    const order = { kind: 'erasure', id: 'ers_1', terms: { subject: null, reason: 'contract-ended' } };
    const send = (by: string, terms: unknown, more: object = {}) =>
      plane.ask(by, 'POST', '/v1/changes', {
        body: { tenant: 'harbor', title: 'x', things: [{ ...order, terms }], ...more },
      });
    const emergency = { emergency: { reason: 'They have left us', minutes: 30 } };
    const refused = { status: 400, body: { code: 'change-invalid' } };
    expect(await send('erik', order.terms, emergency)).toMatchObject(refused);
    expect(await send('clara', { subject: 'Ana Roth', reason: 'contract-ended' })).toMatchObject(refused);
    const change = await plane.propose('harbor', [order]);
    expect(eu.get('erasure', 'harbor/ers_1')).toBeUndefined();
    await plane.approve(change);
    await soon(() =>
      expect(eu.get('erasure', 'harbor/ers_1')).toEqual({ tenant: 'harbor', id: 'ers_1', ...order.terms }),
    );
    expect(await send('clara', null)).toMatchObject(refused);
    expect(await send('clara', { subject: 'abcdefghijklmnop', reason: 'unlawful' })).toMatchObject(refused);
  });

  test('is signed: its statement verifies with the key of the trust bundle, and names who approved what', async () => {
    const change = await plane.propose('nordlicht', [
      { kind: 'policy', id: 'nordlicht', terms: { text: '' } },
    ]);
    const { body } = await plane.approve(change);
    const { statement, things } = z
      .object({ statement: z.string(), things: z.array(z.looseObject({})) })
      .parse(body);
    const { payload, protectedHeader } = await compactVerify(
      statement,
      await importJWK(plane.signer(), 'EdDSA'),
    );
    expect(protectedHeader.typ).toBe('bailiwick-change+jws');
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({
      change: change.id,
      tenant: 'nordlicht',
      author: 'clara',
      approvals: [
        { role: 'security', by: 'anna' },
        { role: 'compliance', by: 'bruno' },
      ],
      emergency: null,
      things: [{ kind: 'policy', version: 1, digest: textDigest(JSON.stringify(things[0]?.['after'])) }],
    });
  });

  test('O2 of a catalog reaches every cell when two people have approved it, as one version', async () => {
    const us = await plane.reader('us-east');
    const { fields } = eu.get('catalog', 'Case') ?? { fields: {} };
    const stricter = {
      ...fields,
      Origin: { category: 'identifier', sensitivity: 'Confidential', regulations: [] },
    };
    const proposed = await plane.propose(null, [
      { kind: 'catalog', id: 'Case', terms: { fields: stricter } },
    ]);
    expect(eu.get('catalog', 'Case')?.version).toBe(1);
    await plane.approve(proposed);
    await soon(() => {
      for (const cell of [eu, us])
        expect(cell.get('catalog', 'Case')).toMatchObject({
          version: 2,
          fields: { Origin: stricter.Origin },
        });
    });
    await us.stop();
  });

  test('of pools and catalogs is decided about by people of the mesh; a catalog that purposes stand on cannot go', async () => {
    const { body } = await plane.ask('clara', 'GET', '/v1/catalogs');
    const { items } = z
      .object({ items: z.array(z.looseObject({ fields: z.record(z.string(), z.unknown()) })) })
      .parse(body);
    const { Subject: _, ...fields } = items[0]?.fields ?? {};
    const send = (terms: unknown, by = 'clara') =>
      plane.ask(by, 'POST', '/v1/changes', {
        body: { tenant: null, title: 'x', things: [{ kind: 'catalog', id: 'Case', terms }] },
      });
    expect(await send({ fields })).toMatchObject({
      status: 400,
      body: {
        detail: expect.stringContaining('fields.Subject: the catalog of Case does not know this field'),
      },
    });
    expect(await send(null)).toMatchObject({ status: 400 });
    expect(await send({ fields: { Subject: {} } })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('catalog Case: fields.Subject.category: ') },
    });
    expect(await send({ fields }, 'marek')).toMatchObject({ status: 403, body: { code: 'role-missing' } });
    const pool = {
      jurisdiction: 'us',
      region: 'us-east',
      dedicatedTo: null,
      models: ['triage-small', 'triage-long', 'new'],
    };
    const change = await plane.propose(null, [{ kind: 'pool', id: 'us-shared', terms: pool }]);
    await plane.approve(change);
    await soon(() => expect(eu.get('pool', 'us-shared')?.models).toContain('new'));
    expect(eu.get('pool', 'us-shared')?.publicKey).toMatch(/^[\w-]{43}$/);
  });

  test('in an emergency has effect at once, is a violation, and ends by itself when nobody approves it', async () => {
    const emergency = { reason: 'A pool answers with data of others', minutes: 30 };
    const things = policy('stop');
    const refused = await plane.ask('clara', 'POST', '/v1/changes', {
      body: { tenant: 'harbor', title: 'x', things, emergency },
    });
    expect(refused).toMatchObject({ status: 403, body: { code: 'role-missing' } });
    const change = await plane.propose('atlas', things, { emergency }, 'erik');
    expect(change.state).toBe('emergency');
    await soon(() => expect(eu.get('policy', 'atlas')?.text).toContain('forbid'));
    const violation = await plane.awaitViolation('eu-central', 'change-unreviewed', ({ detail }) =>
      detail.includes(change.id),
    );
    expect(violation).toMatchObject({ tenant: 'atlas', service: 'control-plane' });
    expect((await plane.ask('anna', 'GET', '/v1/changes?state=emergency')).body).toMatchObject({
      items: [{ id: change.id, emergency: { reason: emergency.reason } }],
    });
    plane.skewMs = 31 * 60_000;
    await soon(() => expect(eu.get('policy', 'atlas')).toBeUndefined());
    plane.skewMs = 0;
    expect((await plane.ask('anna', 'GET', `/v1/changes/${change.id}`)).body).toMatchObject({
      state: 'expired',
    });
    const waiting = '/v1/changes?unreviewed=true';
    expect((await plane.ask('anna', 'GET', waiting)).body).toMatchObject({ items: [{ id: change.id }] });
    const review = async (by: string) => {
      const { etag } = await plane.ask('anna', 'GET', `/v1/changes/${change.id}`);
      const body = { finding: 'It was right to stop' };
      return plane.ask(by, 'POST', `/v1/changes/${change.id}/review`, { body, ifMatch: etag });
    };
    expect(await review('erik')).toMatchObject({ status: 403 });
    expect(await review('bruno')).toMatchObject({ body: { emergency: { review: { by: 'bruno' } } } });
    expect(await review('anna')).toMatchObject({ status: 409 });
    expect((await plane.ask('anna', 'GET', waiting)).body).toMatchObject({ items: [] });
  });
});

test('B5 a new tenant is decided about by people of the mesh, is refused until it is acknowledged, and belongs to its own', async () => {
  const terms = {
    homeJurisdiction: 'us',
    homeRegion: 'us-east',
    permitted: [],
    isolation: 'shared',
    contractReference: 'NW-2026-001',
    retention: { records: 7, held: 90, lineage: 365 },
    incidentContacts: [{ name: 'Nora West', email: 'nora@newco.example' }],
  };
  const things = [{ kind: 'profile', id: 'newco', terms }];
  const stranger = await plane.ask('marek', 'POST', '/v1/changes', {
    body: { tenant: 'newco', title: 'x', things },
  });
  expect(stranger).toMatchObject({ status: 404 });
  const change = await plane.propose('newco', things);
  expect((await plane.approve(change)).body).toMatchObject({ state: 'in-force', tenant: 'newco' });
  await soon(() => expect(eu.get('profile', 'newco')).toMatchObject({ version: 1, acknowledgement: null }));
  expect(await plane.ask('clara', 'GET', '/v1/tenants/newco')).toMatchObject({ status: 404 });
  const digest = 'a'.repeat(64);
  expect(
    await plane.ask('sofia', 'POST', '/v1/tenants/newco/acknowledgement', { body: { textDigest: digest } }),
  ).toMatchObject({ status: 404 });
  const policy = { kind: 'policy', id: 'newco', terms: { text: '' } };
  expect(
    await plane.ask('clara', 'POST', '/v1/changes', {
      body: { tenant: 'newco', title: 'x', things: [policy] },
    }),
  ).toMatchObject({ status: 404 });
});

test('an emergency of what belongs to no tenant is a violation in every cell', async () => {
  const pool = {
    jurisdiction: 'us',
    region: 'us-east',
    dedicatedTo: 'harbor',
    models: ['triage-small', 'triage-long'],
  };
  const emergency = { reason: 'The pool answers others than it should', minutes: 5 };
  const things = [{ kind: 'pool', id: 'us-shared', terms: pool }];
  const change = await plane.propose(null, things, { emergency }, 'erik');
  await soon(() => expect(eu.get('pool', 'us-shared')?.dedicatedTo).toBe('harbor'));
  for (const region of ['eu-central', 'us-east'])
    await plane.awaitViolation(region, 'change-unreviewed', ({ detail }) => detail.includes(change.id));
  const reason = { reason: 'a test has ended' };
  await plane.ask('anna', 'POST', `/v1/changes/${change.id}/rejection`, {
    body: reason,
    ifMatch: change.etag,
  });
  await soon(() => expect(eu.get('pool', 'us-shared')?.dedicatedTo).toBeNull());
});

describe('O2 the key to which records are sealed', () => {
  const own = 'A'.repeat(43);
  const terms = { jurisdiction: 'us', region: 'us-east', dedicatedTo: null, models: ['triage-small'] };
  const send = (id: string, more: object, emergency?: object, by = 'clara') =>
    plane.ask(by, 'POST', '/v1/changes', {
      body: {
        tenant: null,
        title: 'x',
        things: [{ kind: 'pool', id, terms: { ...terms, ...more } }],
        ...(emergency && { emergency }),
      },
    });
  const refused = (why: string) => ({ status: 400, body: { detail: expect.stringContaining(why) } });

  test('is not replaced under a pool, is no key of another kind, and is not left out of a new pool', async () => {
    expect(await send('us-shared', { publicKey: own })).toMatchObject(refused('a key is not replaced'));
    expect(await send('us-shared', { publicKey: 'key' })).toMatchObject(refused('no X25519 public key'));
    expect(await send('us-new', {})).toMatchObject(refused('a pool has a key'));
  });

  test('is put in force by no emergency, which one person makes alone', async () => {
    const emergency = { reason: 'It is said to be urgent', minutes: 5 };
    expect(await send('us-new', { publicKey: own }, emergency, 'erik')).toMatchObject(
      refused('takes two people'),
    );
  });

  test('of a new pool is what two people approved, and its statement names it', async () => {
    const change = await plane.propose(null, [
      { kind: 'pool', id: 'us-new', terms: { ...terms, publicKey: own } },
    ]);
    expect(eu.get('pool', 'us-new')).toBeUndefined();
    await plane.approve(change);
    await soon(() =>
      expect(eu.get('pool', 'us-new')).toMatchObject({ publicKey: own, models: ['triage-small'] }),
    );
    await plane.approve(await plane.propose(null, [{ kind: 'pool', id: 'us-new', terms: null }]));
    await soon(() => expect(eu.get('pool', 'us-new')).toBeUndefined());
  });

  test('is taken over from the cells file where a store is older than such keys, once', async () => {
    const database = plane.database();
    const keys = (): Promise<{ rows: { id: string; key: string | null }[] }> =>
      database.query(
        `SELECT DISTINCT ON (id) id, body->>'publicKey' AS key FROM control.version
         WHERE kind = 'pool' AND body IS NOT NULL ORDER BY id, version DESC`,
      );
    const { rows: before } = await keys();
    const client = await database.connect();
    try {
      await client.query('BEGIN');
      const book = new Book();
      await book.refresh(client);
      // What such a store says, in a transaction that is taken back.
      const older = [...book.everywhere('pool')].flatMap(({ version, body, changeId, ...name }) => {
        const { publicKey: _, ...rest } = body ?? {};
        return body ? [{ ...name, changeId, version: version + 1, body: rest as typeof body }] : [];
      });
      await insertVersions(client, older[0]?.changeId ?? '', older);
      await book.refresh(client);
      const cells = plane.cells();
      const { privateKey: key } = generateKeyPairSync('ed25519');
      await adoptPoolKeys(client, book, cells, { key, kid: 'test' });
      await book.refresh(client);
      for (const { region, pools } of cells)
        for (const [id, publicKey] of Object.entries(pools))
          expect(book.latest('pool', MESH, id)?.body).toMatchObject({ region, publicKey });
      const seq = book.seq;
      await adoptPoolKeys(
        client,
        book,
        cells.map((cell) => ({ ...cell, pools: {} })),
        { key, kid: 'test' },
      );
      await book.refresh(client);
      expect(book.seq).toBe(seq);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect((await keys()).rows).toEqual(before);
    await database.end();
  });
});
