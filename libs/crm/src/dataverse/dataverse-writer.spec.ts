import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import { TestWriters } from '../vendor-server.test-kit.js';
import { TestEnvironment } from './dataverse-environment.test-kit.js';
import { changeOf, dataverseAnswer, presentRow } from './dataverse-write.js';
import { DataverseConnection, DataverseWriter } from './dataverse-writer.js';

const ID = '00000000-0000-0000-0000-000000000501';
const LOOKED_AT = new Date('2026-11-23T12:00:00Z');
const LATER = new Date('2026-11-23T12:00:05Z');
const EARLIER = new Date('2026-11-23T11:00:00Z');
const { user, person } = TestEnvironment;
const fields = { prioritycode: 1 };

let environment: TestEnvironment;
const writers = new TestWriters((options) => {
  const objects = { Case: { as: 'incidents' } };
  const { url, authority } = environment.server;
  const connection = DataverseConnection.parse({ name: 'org', kind: 'dataverse', url, objects, ...options });
  return new DataverseWriter(connection, authority);
});
const write = (made: Partial<CrmWrite> = {}, options: object = {}): Promise<CrmAnswer> =>
  writers.write({ recordId: ID, fields, ...made }, options);

beforeAll(async () => {
  environment = await TestEnvironment.start();
});
beforeEach(() => {
  environment.clear();
  environment.change(ID, { title: 'x', prioritycode: 3, ticketnumber: "O'Hara/1" }, person, EARLIER);
});
afterEach(() => {
  environment.server.fault = () => null;
  environment.server.requests.length = 0;
});
afterAll(async () => {
  await writers.close();
  await environment.stop();
});

describe('a write to Dataverse', () => {
  test('changes the named columns of the row, which must be there', async () => {
    expect(await write()).toEqual({ kind: 'written', status: 204 });
    expect(environment.columns(ID)).toMatchObject({ title: 'x', prioritycode: 1 });
    const [request] = environment.server.requests;
    expect(request?.header('if-match')).toBe('*');
  });
  test('finds a row by an alternate key, and makes none unless it may', async () => {
    const byKey = { objects: { Case: { as: 'incidents', key: 'ticketnumber' } } };
    expect(await write({ recordId: "O'Hara/1" }, byKey)).toMatchObject({ kind: 'written' });
    expect(environment.columns(ID)).toMatchObject({ prioritycode: 1 });
    expect(await write({ recordId: 'new' }, byKey)).toEqual({ kind: 'not-found', status: 404 });
    const objects = { Case: { as: 'incidents', key: 'ticketnumber', create: true } };
    expect(await write({ recordId: 'new' }, { objects, unmodifiedSince: true })).toMatchObject({
      kind: 'written',
    });
    const compared = { recordId: 'newer', unmodifiedSince: LOOKED_AT };
    expect(await write(compared, { objects, unmodifiedSince: true })).toMatchObject({ kind: 'written' });
    expect(environment.size).toBe(3);
  });
  test('of a row that is gone, or with a token that has ended, says so', async () => {
    environment.clear();
    expect(await write()).toEqual({ kind: 'not-found', status: 404 });
    const compares = { unmodifiedSince: true };
    expect(await write({ unmodifiedSince: LOOKED_AT }, compares)).toEqual({ kind: 'not-found', status: 404 });
    const credential = { reveal: () => 'another' };
    expect(await write({ credential })).toEqual({ kind: 'unauthorised', status: 401 });
  });
  test('names the columns of ours that it objects to, and no other word of its sentence', async () => {
    expect(await write({ fields: { nonesuch: 'Ada', title: 'y' } })).toEqual({
      kind: 'refused',
      status: 400,
      code: '0x80048d19',
      fields: ['nonesuch'],
    });
  });
  test('sends nothing for an id that is none, and no annotations', async () => {
    expect(await write({ recordId: '1) or (1' })).toMatchObject({
      kind: 'refused',
      code: 'record-id-invalid',
    });
    const lookup = { 'customerid@odata.bind': '/contacts(1)' };
    expect(await write({ fields: lookup })).toMatchObject({ kind: 'refused', code: 'field-unknown' });
    expect(environment.server.requests).toEqual([]);
  });
});

describe('lost updates', () => {
  const compares = { unmodifiedSince: true, ownUser: user };
  const unmodifiedSince = LOOKED_AT;
  test('a later change by others is a conflict, an earlier one and one of ours are none', async () => {
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ kind: 'written' });
    environment.change(ID, { title: 'ours', prioritycode: 2 }, user, LATER);
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ kind: 'written' });
    environment.change(ID, { prioritycode: 2 }, person, LATER);
    expect(await write({ unmodifiedSince }, compares)).toEqual({ kind: 'conflict', status: 200 });
    expect(environment.columns(ID)).toMatchObject({ prioritycode: 2 });
  });
  test('what changes between being read and being written is not written over', async () => {
    let changed = false;
    environment.server.fault = ({ method }) => {
      if (method === 'PATCH' && !changed) {
        changed = true;
        environment.change(ID, { prioritycode: 2 }, person, LATER);
      }
      return null;
    };
    expect(await write({ unmodifiedSince }, compares)).toEqual({ kind: 'conflict', status: 200 });
    expect(environment.columns(ID)).toMatchObject({ prioritycode: 2 });
  });
  test('a row that never stands still is tried again later', async () => {
    environment.server.fault = ({ method }) => {
      if (method === 'PATCH') environment.change(ID, { title: 'busy' }, user, LATER);
      return null;
    };
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ kind: 'unavailable', status: 412 });
  });
  test('a repetition after an unknown end finds its own values, and has no second effect', async () => {
    environment.change(ID, { prioritycode: 1 }, person, LATER);
    expect(await write({ unmodifiedSince }, compares)).toEqual({ kind: 'written', status: 200 });
    expect(environment.server.requests.map(({ method }) => method)).toEqual(['GET']);
  });
  test('what cannot be compared is not written', async () => {
    environment.server.fault = ({ method }) => (method === 'GET' ? [200, {}] : null);
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ code: 'record-unreadable' });
  });
});

describe('what an environment says', () => {
  const said = (status: number, code: string, retryAfterMs: number | null = null) =>
    dataverseAnswer({ status, retryAfterMs, body: { error: { code, message: 'Ada' } } }, []);
  test.each([
    ['too many requests', 429, '0x80072322', 'unavailable'],
    ['too many at once', 429, '0x80072326', 'unavailable'],
    ['a missing privilege', 403, '0x80048306', 'refused'],
    ['a duplicate key, which is no conflict', 412, '0x80060892', 'refused'],
    ['another version', 412, '0x80060882', 'conflict'],
    ['a table that it does not have', 404, '0x8006088a', 'refused'],
    ['no row of this key', 404, '0x80060891', 'not-found'],
  ])('of %s', (_, status, code, kind) => {
    expect(said(status, code)).toMatchObject({ kind, status });
  });
  test('of its limits: how long to leave it alone', () => {
    expect(said(429, '0x80072321', 90_000)).toEqual({
      kind: 'unavailable',
      status: 429,
      retryAfterMs: 90_000,
    });
  });
  test('whatever it says, nothing comes out but codes and names that were sent', () => {
    const hostile = fc.record({ error: fc.record({ code: fc.anything(), message: fc.anything() }) });
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.oneof(fc.anything(), hostile), (status, body) => {
        const answer = dataverseAnswer({ status, retryAfterMs: null, body }, ['title']);
        expect(presentRow(body, null)?.record.changedAt.getTime()).not.toBeNaN();
        if (answer.kind !== 'refused') return;
        expect(answer.code ?? '0x00000000').toMatch(/^0x[0-9a-f]{8}$/);
        expect(['', 'title']).toContain(answer.fields.join());
      }),
    );
  });
});

test('an alternate key cannot leave its quotes', () => {
  const target = {
    version: '9.2',
    addresses: { Case: { as: 'incidents', key: 'ticketnumber', create: false } },
  };
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("'", ')', '(', '/', '?', '#', '%', 'a', ' ', '..') }),
      (recordId) => {
        const path = changeOf({ object: 'Case', recordId, fields: {} }, target, null)?.path ?? '';
        const { pathname, search } = new URL(`https://x${path}`);
        expect(search).toBe('');
        const key = /^\/api\/data\/v9\.2\/incidents\(ticketnumber='([^'/]*)'\)$/.exec(pathname)?.[1] ?? '-';
        expect(decodeURIComponent(key).replaceAll("''", "'")).toBe(recordId);
      },
    ),
  );
});
