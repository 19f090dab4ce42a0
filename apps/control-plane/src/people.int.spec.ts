import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { STRANGER, TestControlPlane, type Answered } from './control-plane.test-kit.js';

const GROUP = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] };
const PATCH = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] };
const Made = z.looseObject({ id: z.string() });

let plane: TestControlPlane;
const bearers: Record<string, string> = {};

beforeAll(async () => {
  plane = await TestControlPlane.start();
  for (const tenant of ['atlas', 'harbor']) {
    const { body, status } = await plane.ask('anna', 'POST', '/v1/scim-bearers', {
      body: { tenant, days: 30 },
    });
    expect(status).toBe(201);
    bearers[tenant] = z.object({ bearer: z.string() }).parse(body).bearer;
  }
});
afterAll(() => plane?.stop());

/** Asks as the directory of a tenant. */
const scim = (tenant: string, method: string, path: string, body?: unknown): Promise<Answered> =>
  plane.ask(null, method, `/scim/v2${path}`, {
    token: bearers[tenant] ?? tenant,
    body,
    contentType: 'application/scim+json',
  });
const idOf = (answered: Answered): string => Made.parse(answered.body).id;

describe('B2 B4 nobody reaches across tenants', () => {
  test.each([
    ['GET', '/v1/tenants/harbor'],
    ['GET', '/v1/tenants/harbor/purposes'],
    ['GET', '/v1/tenants/harbor/policy'],
    ['GET', '/v1/tenants/harbor/profile/text'],
    ['GET', '/v1/tenants/harbor/audit'],
    ['GET', '/v1/changes?tenant=harbor'],
  ])(
    '%s %s of a person of another tenant gets what a tenant that is not there gets',
    async (method, path) => {
      const answered = await plane.ask('marek', method, path);
      const nobody = await plane.ask('marek', method, path.replace('harbor', 'nobody'));
      expect(answered).toMatchObject({ status: 404, body: { code: 'tenant-not-found' } });
      expect(answered.body).toEqual(nobody.body);
    },
  );

  test('every attempt is in the audit of the tenant, and a violation in its home cell', async () => {
    await plane.ask('ines', 'GET', '/v1/tenants/harbor');
    const violation = await plane.awaitViolation(
      'us-east',
      'tenant-foreign',
      ({ tenant }) => tenant === 'harbor',
    );
    expect(violation.detail).not.toContain('ines');
    expect(violation.detail).not.toContain('marek');
    expect(await plane.violations('eu-central', 'tenant-foreign')).toEqual([]);
    expect((await plane.ask('dana', 'GET', '/v1/tenants/harbor/audit?limit=2')).body).toMatchObject({
      items: [
        { act: 'foreign', subject: 'ines' },
        { act: 'foreign', subject: 'marek' },
      ],
    });
  });

  test('a change of another tenant is not there, and cannot be approved', async () => {
    const things = [{ kind: 'policy', id: 'harbor', terms: { text: '' } }];
    const { id, etag } = await plane.propose('harbor', things);
    expect(await plane.ask('marek', 'GET', `/v1/changes/${id}`)).toMatchObject({
      status: 404,
      body: (await plane.ask('marek', 'GET', '/v1/changes/chg_nothere')).body,
    });
    expect(
      await plane.ask('marek', 'POST', `/v1/changes/${id}/approvals`, {
        body: { role: 'security' },
        ifMatch: etag,
      }),
    ).toMatchObject({ status: 404 });
    const list = await plane.ask('marek', 'GET', '/v1/changes');
    expect(JSON.stringify(list.body)).not.toContain('harbor');
  });

  test('an operator sees counts and no contents; there is no list of all', async () => {
    const counts = await plane.ask('otto', 'GET', '/v1/counts');
    expect(counts).toMatchObject({
      status: 200,
      body: { tenants: 4, acknowledged: 3, things: { purpose: 14, pool: 3 } },
    });
    expect(JSON.stringify(counts.body)).not.toMatch(/atlas|harbor|nordlicht|pending/);
    expect((await plane.ask('otto', 'GET', '/v1/tenants')).body).toEqual({ items: [], next: null });
    expect(await plane.ask('otto', 'GET', '/v1/tenants/atlas')).toMatchObject({ status: 404 });
    for (const path of ['/v1/counts', '/v1/audit'])
      expect(await plane.ask('marek', 'GET', path)).toMatchObject({ status: 403 });
    expect((await plane.ask('otto', 'GET', '/v1/audit')).body).toMatchObject({ items: expect.any(Array) });
  });

  test.each<[string, () => Promise<string | undefined>, string]>([
    ['no token', async () => undefined, 'token-missing'],
    ['a token for ingest', () => plane.token('anna', 'urn:bailiwick:ingest'), 'token-invalid'],
    ['a token of nobody', async () => 'e30.e30.e30', 'token-invalid'],
  ])('%s is refused', async (_case, token, code) => {
    const given = await token();
    const answered = await plane.ask(null, 'GET', '/v1/tenants', given === undefined ? {} : { token: given });
    expect(answered).toMatchObject({ status: 401, body: { code } });
  });

  test.each<[string, string, unknown]>([
    ['GET', '/v1/changes/%00', undefined],
    ['GET', '/v1/tenants?after=%00', undefined],
    ['GET', '/v1/changes?after=eA', undefined],
    ['GET', '/v1/tenants?limit=1e9', undefined],
    ['POST', '/v1/changes', { tenant: 'atlas', title: 'a\u0000b', things: [] }],
    [
      'POST',
      '/v1/changes',
      { tenant: 'atlas', title: 'a', things: [{ kind: 'tenant', id: 'x', terms: {} }] },
    ],
    ['POST', '/v1/changes', [1]],
  ])('%s %s with what it cannot be is a problem of the caller', async (method, path, body) => {
    expect(await plane.ask('clara', method, path, { body })).toMatchObject({ status: 400 });
  });

  test('somebody whom the provider knows and no tenant does sees nothing', async () => {
    expect((await plane.ask('stranger', 'GET', '/v1/tenants')).body).toEqual({ items: [], next: null });
    expect(await plane.ask('stranger', 'GET', '/v1/tenants/atlas')).toMatchObject({ status: 404 });
  });
});

describe('a directory provisions people of one tenant', () => {
  let person: string;

  test('who may then do what their groups are named for, and no longer when they are gone', async () => {
    expect(await plane.ask(STRANGER, 'GET', '/v1/tenants/harbor')).toMatchObject({ status: 404 });
    const user = await scim('harbor', 'POST', '/Users', {
      userName: 'S. Tranger',
      externalId: STRANGER,
      emails: [{ value: 'x' }],
    });
    expect(user).toMatchObject({ status: 201, body: { userName: 'S. Tranger', active: true, groups: [] } });
    expect(JSON.stringify(user.body)).not.toContain('emails');
    person = idOf(user);
    const members = [{ value: person }];
    const group = await scim('harbor', 'POST', '/Groups', { ...GROUP, displayName: 'Auditor', members });
    expect(group).toMatchObject({ status: 201, body: { members } });
    expect(await plane.ask(STRANGER, 'GET', '/v1/tenants/harbor')).toMatchObject({ status: 200 });
    expect((await plane.ask(STRANGER, 'GET', '/v1/me')).body).toMatchObject({
      roles: { harbor: ['auditor'] },
    });
    expect(
      await plane.ask(STRANGER, 'POST', '/v1/changes', {
        body: {
          tenant: 'harbor',
          title: 'x',
          things: [{ kind: 'policy', id: 'harbor', terms: { text: '' } }],
        },
      }),
    ).toMatchObject({ status: 403, body: { code: 'role-missing' } });

    const Operations = [{ op: 'replace', path: 'active', value: false }];
    expect(await scim('harbor', 'PATCH', `/Users/${person}`, { ...PATCH, Operations })).toMatchObject({
      status: 200,
      body: { active: false },
    });
    expect(await plane.ask(STRANGER, 'GET', '/v1/tenants/harbor')).toMatchObject({ status: 404 });
  });

  test('and finds them by filters; what cannot be searched for is refused', async () => {
    const found = async (filter: string): Promise<unknown> =>
      (await scim('harbor', 'GET', `/Users?filter=${encodeURIComponent(filter)}`)).body;
    expect(await found('userName eq "s. tranger" and active eq false')).toMatchObject({
      totalResults: 1,
      Resources: [{ id: person }],
    });
    expect(await found(`externalId sw "str" and displayName co "TRANG"`)).toMatchObject({ totalResults: 1 });
    expect(await found(`externalId sw "STR"`)).toMatchObject({ totalResults: 0, Resources: [] });
    expect(await found(`userName co "%"`)).toMatchObject({ totalResults: 0 });
    expect(await found('emails eq "x"')).toMatchObject({ status: '400', scimType: 'invalidFilter' });
    expect(await found('userName eq "a" or userName eq "b"')).toMatchObject({ scimType: 'invalidFilter' });
    const page = await scim('harbor', 'GET', '/Users?startIndex=2&count=2');
    expect(page.body).toMatchObject({ startIndex: 2, itemsPerPage: 2, totalResults: 6 });
  });

  test('B4 and reaches nobody of another: 404, and a violation in the home of the other', async () => {
    for (const [method, body] of [['GET'], ['DELETE'], ['PUT', { userName: 'x' }]] as const)
      expect(await scim('atlas', method, `/Users/${person}`, body)).toMatchObject({
        status: 404,
        body: { status: '404' },
      });
    expect(
      await scim('atlas', 'POST', '/Groups', {
        ...GROUP,
        displayName: 'theirs',
        members: [{ value: person }],
      }),
    ).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect((await scim('atlas', 'GET', '/Users?filter=userName%20co%20%22tranger%22')).body).toMatchObject({
      totalResults: 0,
    });
    await plane.awaitViolation('us-east', 'tenant-foreign', ({ detail }) => detail.endsWith('(SCIM)'));
    expect((await plane.ask('dana', 'GET', '/v1/tenants/harbor/audit?limit=1')).body).toMatchObject({
      items: [{ act: 'foreign', subject: expect.stringMatching(/^scim\//) }],
    });
    expect(await scim('harbor', 'GET', `/Users/${person}`)).toMatchObject({ status: 200 });
  });

  test('and a person of two tenants has in each what that tenant says, and nothing of the other', async () => {
    await scim('harbor', 'PATCH', `/Users/${person}`, {
      ...PATCH,
      Operations: [{ op: 'replace', value: { active: true } }],
    });
    const twin = await scim('atlas', 'POST', '/Users', { userName: STRANGER });
    await scim('atlas', 'POST', '/Groups', {
      ...GROUP,
      displayName: 'operator',
      members: [{ value: idOf(twin) }],
    });
    expect((await plane.ask(STRANGER, 'GET', '/v1/me')).body).toMatchObject({
      roles: { harbor: ['auditor'], atlas: ['operator'] },
    });
    expect(await plane.ask(STRANGER, 'GET', '/v1/counts')).toMatchObject({ status: 403 });
  });

  test('and members that are added at the same moment are all kept', async () => {
    const people = await Promise.all(
      Array.from({ length: 6 }, async (_, n) =>
        idOf(await scim('atlas', 'POST', '/Users', { userName: `crowd-${n}` })),
      ),
    );
    const group = idOf(await scim('atlas', 'POST', '/Groups', { ...GROUP, displayName: 'crowd' }));
    await Promise.all(
      people.map((value) =>
        scim('atlas', 'PATCH', `/Groups/${group}`, {
          ...PATCH,
          Operations: [{ op: 'add', path: 'members', value: [{ value }] }],
        }),
      ),
    );
    const { members } = z
      .object({ members: z.array(z.object({ value: z.string() })) })
      .parse((await scim('atlas', 'GET', `/Groups/${group}`)).body);
    expect(members.map(({ value }) => value).toSorted()).toEqual(people.toSorted());
  });

  test('and nothing else: bulk, other paths, taken names, a bearer that is none', async () => {
    expect(await scim('atlas', 'POST', '/Bulk', { Operations: [] })).toMatchObject({
      status: 501,
      headers: { 'content-type': expect.stringContaining('application/scim+json') },
      body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '501' },
    });
    expect(await scim('atlas', 'GET', '/Nothing')).toMatchObject({ status: 404, body: { status: '404' } });
    expect(await scim('atlas', 'POST', '/Users', { userName: 'ANNA' })).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    });
    expect(await scim('scim_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'GET', '/Users')).toMatchObject({
      status: 401,
    });
    expect(await plane.ask('anna', 'GET', '/scim/v2/Users')).toMatchObject({ status: 401 });
    expect((await scim('atlas', 'GET', '/ServiceProviderConfig')).body).toMatchObject({
      bulk: { supported: false },
      patch: { supported: true },
    });
    expect((await scim('atlas', 'GET', '/Schemas')).body).toMatchObject({ totalResults: 2 });
    expect((await scim('atlas', 'GET', '/ResourceTypes/User')).body).toMatchObject({ endpoint: '/Users' });
  });

  test('and a bearer that is revoked opens nothing; it is kept as a digest only', async () => {
    const list = await plane.ask('anna', 'GET', '/v1/scim-bearers?tenant=harbor');
    const { items } = z.object({ items: z.array(Made) }).parse(list.body);
    expect(JSON.stringify(list.body)).not.toContain(bearers['harbor']);
    const path = `/v1/scim-bearers/${items[0]?.id}/revocation`;
    expect(await plane.ask('marek', 'POST', path)).toMatchObject({ status: 404 });
    expect(await plane.ask('anna', 'POST', path)).toMatchObject({ status: 200 });
    expect(await scim('harbor', 'GET', '/Users')).toMatchObject({ status: 401 });
    expect(
      await plane.ask('anna', 'POST', '/v1/scim-bearers', { body: { tenant: 'atlas', days: 1 }, key: 'k' }),
    ).toMatchObject({ status: 400 });
  });
});

describe('access for support', () => {
  test('is what the tenant grants, for as long as it grants it', async () => {
    const asking = { body: { reason: 'A digest is missing since noon', minutes: 60 } };
    const path = '/v1/tenants/atlas/support-access';
    expect(await plane.ask('dana', 'POST', path, asking)).toMatchObject({ status: 403 });
    const asked = await plane.ask('otto', 'POST', path, asking);
    expect(asked).toMatchObject({ status: 201, body: { grantedUntil: null } });
    expect(await plane.ask('otto', 'GET', '/v1/tenants/atlas')).toMatchObject({ status: 404 });
    const grant = `/v1/support-access/${idOf(asked)}/grant`;
    expect(await plane.ask('otto', 'POST', grant)).toMatchObject({ status: 404 });
    expect(await plane.ask('dana', 'POST', grant)).toMatchObject({ status: 404 });
    expect(await plane.ask('marek', 'POST', grant)).toMatchObject({
      status: 200,
      body: { grantedBy: 'marek' },
    });
    expect(await plane.ask('otto', 'GET', '/v1/tenants/atlas/purposes')).toMatchObject({ status: 200 });
    expect(await plane.ask('otto', 'GET', '/v1/tenants/harbor')).toMatchObject({ status: 404 });
    expect(
      await plane.ask('otto', 'POST', '/v1/changes', {
        body: { tenant: 'atlas', title: 'x', things: [{ kind: 'policy', id: 'atlas', terms: { text: '' } }] },
      }),
    ).toMatchObject({ status: 403 });
    expect(await plane.ask('marek', 'POST', grant.replace('grant', 'end'))).toMatchObject({ status: 200 });
    expect(await plane.ask('otto', 'GET', '/v1/tenants/atlas')).toMatchObject({ status: 404 });
  });
});

test('a service client reads what its tenant has and nothing of another, until it is revoked', async () => {
  const path = '/v1/tenants/nordlicht/service-clients';
  const body = { clientId: STRANGER };
  expect(await plane.ask('clara', 'POST', path, { body })).toMatchObject({ status: 403 });
  expect(await plane.ask('anna', 'POST', path, { body })).toMatchObject({ status: 201 });
  expect(await plane.ask('anna', 'POST', path.replace('nordlicht', 'atlas'), { body })).toMatchObject({
    status: 409,
  });
  expect((await plane.ask('anna', 'GET', path)).body).toMatchObject({ items: [body] });
  expect(await plane.ask(STRANGER, 'GET', '/v1/tenants/nordlicht')).toMatchObject({ status: 200 });
  expect(await plane.ask(STRANGER, 'GET', '/v1/tenants/pending')).toMatchObject({ status: 404 });
  await plane.ask('anna', 'POST', `${path}/${STRANGER}/revocation`);
  expect(await plane.ask(STRANGER, 'GET', '/v1/tenants/nordlicht')).toMatchObject({ status: 404 });
});
