import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fact, Violation } from '@bailiwick/contracts';
import { eventId } from '@bailiwick/domain';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { answeredWay } from '../facts.test-kit.js';
import { ApiKit, type Asking } from './api.test-kit.js';

const DOCUMENT = join(import.meta.dirname, '../../../../infra/openapi/lineage.json');

let kit: ApiKit;
let atlas: string;
const own = eventId('atlas', 'readers', 'own');
const foreign = eventId('register', 'readers', 'foreign');
const nobody = eventId('atlas', 'readers', 'nobody');

const violation = (tenant: string): Violation =>
  Violation.fromPartial({
    violationId: `${tenant}/v`,
    eventId: eventId(tenant, 'readers', 'violation'),
    tenant,
    code: 'receipt-forged',
    at: new Date('2026-11-02T10:00:01Z'),
  });

beforeAll(async () => {
  kit = await ApiKit.start();
  const crossed = Fact.fromPartial({
    ...answeredWay(foreign)[0],
    factId: `${foreign}/residency-router/relayed`,
    kind: 'relayed',
    decision: { outcome: 'allow', fromJurisdiction: 'eu', toJurisdiction: 'us', transferBasis: 'scc' },
  });
  const erased = Fact.fromPartial({ ...answeredWay(nobody)[0], eventId: 'evt_erasure', kind: 'erased' });
  const others = [...answeredWay(foreign), crossed, { ...erased, factId: 'evt_erasure/e' }];
  await kit.record([...others.map((fact) => ({ ...fact, tenant: 'register' })), ...answeredWay(own)]);
  await kit.violate([violation('atlas'), violation('register'), violation('')]);
  atlas = await kit.token('atlas');
  await vi.waitFor(async () => {
    for (const id of [own, foreign]) expect((await kit.ask(`/v1/records/${id}/evidence`)).status).toBe(200);
  }, 5_000);
});
afterAll(() => kit?.stop());

async function violations(token?: string): Promise<{ code: string; tenant: string; detail: string }[]> {
  const { text } = await kit.ask('/v1/violations?limit=1000', token === undefined ? {} : { token });
  return (JSON.parse(text) as { violations: { code: string; tenant: string; detail: string }[] }).violations;
}

async function problem(path: string, as?: Asking): Promise<{ status: number; type: string; body: unknown }> {
  const { text, ...rest } = await kit.ask(path, as);
  return { ...rest, body: JSON.parse(text) };
}

describe('who shows a token of a tenant', () => {
  test.each(['', '/fields', '/evidence', '/openlineage'])('reads a record of it, at %s', async (part) => {
    expect((await kit.ask(`/v1/records/${own}${part}`, { token: atlas })).status).toBe(200);
  });

  test.each(['', '/fields', '/evidence', '/openlineage'])(
    'learns nothing of the records of others, not even that they are there, at %s',
    async (part) => {
      const token = atlas;
      const hidden = await kit.ask(`/v1/records/${foreign}${part}`, { token });
      expect(hidden.status).toBe(404);
      expect(hidden).toEqual(await kit.ask(`/v1/records/${nobody}${part}`, { token }));
      expect((await kit.ask(`/v1/records/${foreign}${part}`)).status).toBe(200);
    },
  );

  test.each([
    [`/v1/records/${foreign}`, 'getRecord'],
    ['/v1/erasures/evt_erasure', 'getErasure'],
    ['/v1/events?tenant=register', 'listEvents'],
  ])('that asks for %s is a violation of the tenant that has it, and of nobody else', async (path, where) => {
    const token = await kit.token('atlas');
    await kit.forgetViolations('tenant-foreign');
    for (let time = 0; time < 2; time++) await kit.ask(path, { token });
    const found = (await violations()).filter(({ code }) => code === 'tenant-foreign');
    expect(found.map(({ tenant }) => tenant)).toEqual(found.map(() => 'register'));
    // Two, where a minute ended in between.
    expect(found.length === 1 || found.length === 2).toBe(true);
    expect(found[0]?.detail).toMatch(new RegExp(`^subject [0-9a-f]{16}, .*\\(${where}\\)$`));
    expect(JSON.stringify(found)).not.toContain('atlas');
    expect((await violations(token)).map(({ code }) => code)).not.toContain('tenant-foreign');
  });

  test.each([`/v1/records/${nobody}`, '/v1/events?tenant=nobody', '/v1/log/checkpoint'])(
    'that asks for %s, which no other tenant has, is an error and no violation',
    async (path) => {
      await kit.forgetViolations('tenant-foreign');
      expect((await kit.ask(path, { token: atlas })).status).toBeGreaterThanOrEqual(400);
      expect((await violations()).map(({ code }) => code)).not.toContain('tenant-foreign');
    },
  );

  test('learns nothing of the erasures of others', async () => {
    const hidden = await kit.ask('/v1/erasures/evt_erasure', { token: atlas });
    expect(hidden).toEqual(await kit.ask('/v1/erasures/evt_none', { token: atlas }));
    expect((await kit.ask('/v1/erasures/evt_erasure')).status).toBe(200);
    expect((await kit.ask('/v1/erasures', { token: atlas })).text).toBe('{"erasures":[]}');
  });

  test.each([
    ['/v1/events', 'events', 1],
    ['/v1/violations', 'violations', 1],
    ['/v1/transfers', 'transfers', 0],
    ['/v1/completeness', 'tenants', 1],
  ])('sees in %s only what is of it', async (path, list, length) => {
    const { text } = await kit.ask(path, { token: atlas });
    const items = (JSON.parse(text) as Record<string, { tenant: string }[]>)[list];
    expect(items?.map(({ tenant }) => tenant)).toEqual(Array.from({ length }, () => 'atlas'));
  });

  test.each(['/v1/events', '/v1/transfers', '/v1/transfers/totals', '/v1/erasures'])(
    'may name its tenant in %s, and no other',
    async (path) => {
      expect((await kit.ask(`${path}?tenant=atlas`, { token: atlas })).status).toBe(200);
      expect(await problem(`${path}?tenant=register`, { token: atlas })).toMatchObject({
        status: 403,
        body: { code: 'scope-insufficient' },
      });
    },
  );

  test.each(['checkpoint', 'tile/0/000', 'tile/entries/000'])(
    'does not read %s of the log, which is of all tenants',
    async (file) => {
      expect(await problem(`/v1/log/${file}`, { token: atlas })).toMatchObject({
        status: 403,
        body: { code: 'scope-insufficient' },
      });
    },
  );

  test('reads no more with an administrator’s certificate beside it', async () => {
    const asked = { token: atlas, workload: 'administrator' };
    expect((await kit.ask(`/v1/records/${foreign}`, asked)).status).toBe(404);
  });
});

test('every answer is what the published document says', async () => {
  const document = JSON.parse(await readFile(DOCUMENT, 'utf8')) as {
    readonly paths: Record<
      string,
      { readonly get: { readonly responses: { readonly 200: { readonly content: object } } } }
    >;
  };
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'api');
  const [, size] = (await kit.ask('/v1/log/checkpoint')).text.split('\n');
  for (const [path, { get }] of Object.entries(document.paths)) {
    const id = path.includes('erasures') ? 'evt_erasure' : foreign;
    const tenant = path.includes('transfers') ? '?tenant=register' : '';
    const { text, type, status } = await kit.ask(
      `${path.replace('{eventId}', id).replace('{tile}', `0/000.p/${size}`)}${tenant}`,
    );
    const [documented = ''] = Object.keys(get.responses[200].content);
    expect({ path, status, type }).toMatchObject({
      status: 200,
      type: expect.stringContaining(documented) as string,
    });
    if (documented !== 'application/json') continue;
    const pointer = ['paths', path, 'get', 'responses', '200', 'content', documented, 'schema'];
    const escaped = pointer.map((part) =>
      encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const valid = ajv.compile({ $ref: `api#/${escaped.join('/')}` });
    expect(valid(JSON.parse(text)), `${path}: ${JSON.stringify(valid.errors)}`).toBe(true);
  }
});

describe('nobody else reads anything', () => {
  test.each([
    ['without a credential', () => ({ workload: null }), 401, 'token-missing'],
    ['with what is no token', () => ({ token: 'a.b.c' }), 401, 'token-invalid'],
    [
      'with the certificate of a service',
      () => ({ workload: 'classifier' }),
      403,
      'certificate-not-permitted',
    ],
    [
      'with a token for ingest',
      async () => ({ token: await kit.token('atlas', 'tenant:atlas', 'urn:bailiwick:ingest') }),
      401,
      'token-invalid',
    ],
    [
      'with a token that is not for reading',
      async () => ({ token: await kit.token('atlas', 'tenant:atlas') }),
      403,
      'scope-insufficient',
    ],
    [
      'with a token of no tenant',
      async () => ({ token: await kit.token('atlas', 'lineage:read') }),
      403,
      'scope-insufficient',
    ],
    [
      'with a token of two tenants',
      async () => ({ token: await kit.token('both', 'tenant:atlas tenant:register lineage:read') }),
      403,
      'scope-insufficient',
    ],
  ])('%s', async (_who, asking, status, code) => {
    const as = await asking();
    for (const path of [`/v1/records/${own}`, '/v1/events', '/v1/retention'])
      expect(await problem(path, as)).toMatchObject({
        status,
        type: expect.stringContaining('application/problem+json') as string,
        body: { code, status },
      });
  });
});
