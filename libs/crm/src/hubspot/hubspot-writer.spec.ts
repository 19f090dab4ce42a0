import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import { TestWriters } from '../vendor-server.test-kit.js';
import { TestAccount } from './hubspot-account.test-kit.js';
import { hubSpotAnswer, presentRecord, propertiesOf, requestsOf } from './hubspot-write.js';
import { HubSpotConnection, HubSpotWriter } from './hubspot-writer.js';

const ID = '501';
const LOOKED_AT = new Date('2026-11-23T12:00:00Z');
const LATER = new Date('2026-11-23T12:00:05Z');
const EARLIER = new Date('2026-11-23T11:00:00Z');
const fields = { hs_ticket_priority: 'HIGH' };

let account: TestAccount;
const writers = new TestWriters((options) => {
  const objects = { Case: { as: 'tickets' } };
  const connection = { name: 'account', kind: 'hubspot', url: account.server.url, objects, ...options };
  return new HubSpotWriter(HubSpotConnection.parse(connection), account.server.authority);
});
const write = (made: Partial<CrmWrite> = {}, options: object = {}): Promise<CrmAnswer> =>
  writers.write({ recordId: ID, fields, ...made }, options);

beforeAll(async () => {
  account = await TestAccount.start();
});
beforeEach(() => {
  account.clear();
  account.change(ID, { subject: 'x', hs_ticket_priority: 'LOW', external_id: 'a/b' }, null, EARLIER);
});
afterEach(() => {
  account.server.fault = () => null;
  account.server.requests.length = 0;
});
afterAll(async () => {
  await writers.close();
  await account.stop();
});

describe('a write to HubSpot', () => {
  test('changes the named properties of the record, by its id or another property', async () => {
    expect(await write()).toEqual({ kind: 'written', status: 200 });
    expect(account.properties(ID)).toMatchObject({ subject: 'x', hs_ticket_priority: 'HIGH' });
    const objects = { Case: { as: 'tickets', key: 'external_id' } };
    expect(await write({ recordId: 'a/b' }, { objects })).toEqual({ kind: 'written', status: 200 });
    expect(account.server.requests.at(-1)?.path).toBe('/crm/v3/objects/tickets/a%2Fb');
  });
  test('of a record that is gone, or with a token that has ended, says so', async () => {
    expect(await write({ recordId: '9' })).toEqual({ kind: 'not-found', status: 404 });
    const credential = { reveal: () => 'another' };
    expect(await write({ credential })).toEqual({ kind: 'unauthorised', status: 401 });
  });
  test('names the properties that the account does not have', async () => {
    expect(await write({ fields: { nonesuch: 'x', subject: 'y' } })).toEqual({
      kind: 'refused',
      status: 400,
      code: 'VALIDATION_ERROR',
      fields: ['nonesuch'],
    });
  });
  test('has values as the account wants them', () => {
    const values = { a: null, b: 3, c: true, d: ['x', 'y'], e: 'z' };
    expect(propertiesOf(values)).toEqual({ a: '', b: '3', c: 'true', d: 'x;y', e: 'z' });
  });
});

describe('lost updates', () => {
  const compares = { unmodifiedSince: true, ownSource: TestAccount.app };
  const unmodifiedSince = LOOKED_AT;
  test('a later change of one of the properties by others is a conflict', async () => {
    account.change(ID, { hs_ticket_priority: 'MEDIUM' }, null, LATER);
    expect(await write({ unmodifiedSince }, compares)).toEqual({ kind: 'conflict', status: 200 });
    expect(account.properties(ID)).toMatchObject({ hs_ticket_priority: 'MEDIUM' });
    expect(account.server.requests.map(({ method }) => method)).toEqual(['GET']);
  });
  test('an earlier one, one of another property and one of ours are none', async () => {
    account.change(ID, { subject: 'changed' }, null, LATER);
    account.change(ID, { hs_ticket_priority: 'MEDIUM' }, TestAccount.app, LATER);
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ kind: 'written' });
    expect(account.properties(ID)).toMatchObject({ hs_ticket_priority: 'HIGH', subject: 'changed' });
  });
  test('a repetition after an unknown end finds its own values, and has no second effect', async () => {
    account.change(ID, { hs_ticket_priority: 'HIGH' }, TestAccount.app, LATER);
    expect(await write({ unmodifiedSince }, { unmodifiedSince: true })).toEqual({
      kind: 'written',
      status: 200,
    });
    expect(account.server.requests.map(({ method }) => method)).toEqual(['GET']);
  });
  test('what cannot be compared is not written', async () => {
    account.server.fault = ({ method }) => (method === 'GET' ? [200, { properties: {} }] : null);
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({
      kind: 'refused',
      code: 'record-unreadable',
    });
  });
  test('nobody makes records', () => {
    const objects = { Case: { as: 'tickets', key: 'external_id', create: true } };
    const connection = { name: 'account', kind: 'hubspot', url: 'https://x', objects };
    expect(HubSpotConnection.safeParse(connection).success).toBe(false);
  });
});

describe('limits', () => {
  const limit = (policyName: string) => ({ status: 'error', errorType: 'RATE_LIMIT', policyName });
  test.each([
    ['of the day', 429, limit('DAILY'), {}, 300_000],
    ['of ten seconds', 429, limit('TEN_SECONDLY_ROLLING'), {}, 10_000],
    ['of a kind that is not known', 429, limit('__proto__'), {}, null],
    ['that say themselves how long', 429, limit('DAILY'), { 'retry-after': '60' }, 60_000],
    ['of a record that is locked', 423, {}, {}, 2000],
    ['of an account that moves', 477, {}, { 'retry-after': '3600' }, 3_600_000],
  ] as const)('%s', async (_, status, body, headers, retryAfterMs) => {
    account.server.fault = () => [status, body, headers];
    expect(await write()).toEqual({ kind: 'unavailable', status, retryAfterMs });
  });
});

test('what is sent holds each value once, as a text, and stays below the address of its object', () => {
  const values = fc.dictionary(
    fc.stringMatching(/^[a-z][a-z_]{0,8}$/),
    fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), values, fc.boolean(), (recordId, written, byKey) => {
      const addresses = { Case: { as: 'tickets', create: false, ...(byKey && { key: 'external_id' }) } };
      const requests = requestsOf({ object: 'Case', recordId, fields: written }, addresses);
      if (requests === null) {
        expect(['.', '..']).toContain(recordId);
        return;
      }
      const { change, read } = requests;
      const { pathname, searchParams } = new URL(change.path, 'https://x');
      expect(pathname).toBe(`/crm/v3/objects/tickets/${encodeURIComponent(recordId)}`);
      expect(searchParams.get('idProperty')).toBe(byKey ? 'external_id' : null);
      const told = new URL(read.path, 'https://x').searchParams.get('properties');
      expect(told).toBe(Object.keys(written).join(','));
      const sent = Object.entries(written).map(([name, value]) => [
        name,
        value === null ? '' : String(value),
      ]);
      expect(change.body).toEqual({ properties: Object.fromEntries(sent) });
    }),
  );
});

test('whatever an account says, nothing comes out but codes and identifiers', () => {
  const hostile = fc.record({
    category: fc.anything(),
    policyName: fc.anything(),
    context: fc.oneof(fc.anything(), fc.record({ propertyName: fc.anything() })),
    errors: fc.anything(),
  });
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), fc.oneof(fc.anything(), hostile), (status, body) => {
      const answer = hubSpotAnswer({ status, retryAfterMs: null, body });
      expect(presentRecord(body, null)?.changedAt.getTime()).not.toBeNaN();
      if (answer.kind !== 'refused') return;
      expect(answer.code ?? 'NONE').toMatch(/^[A-Z][A-Z0-9_]*$/);
      for (const name of answer.fields) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
    }),
  );
});
