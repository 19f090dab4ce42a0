import { ORG_USERS } from '@bailiwick/stack';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import { TestWriters, writeOf } from '../vendor-server.test-kit.js';
import { compositeOf, fitsComposite, presentRecord, subrequestsOf, writeAnswer } from './salesforce-write.js';
import { TestOrg } from './salesforce-org.test-kit.js';
import { SalesforceConnection, SalesforceWriter } from './salesforce-writer.js';

const ID = '500000000000001';
/** Before anything that a test does. */
const EARLIER = new Date(Date.now() - 3_600_000);

let org: TestOrg;
const writers = new TestWriters((options) => {
  const connection = { name: 'org', kind: 'salesforce', url: org.server.url, ...options };
  return new SalesforceWriter(SalesforceConnection.parse(connection), org.server.authority);
});
const write = (made: Partial<CrmWrite> = {}, options: object = {}): Promise<CrmAnswer> =>
  writers.write({ recordId: ID, ...made }, options);

beforeAll(async () => {
  org = await TestOrg.start();
});
beforeEach(() => {
  org.org.change([{ recordId: ID, fields: { Priority: 'low', Subject: 'x', Ext__c: null } }]);
});
afterEach(() => {
  org.server.fault = () => null;
  org.server.requests.length = 0;
});
afterAll(async () => {
  await writers.close();
  await org.stop();
});

describe('a write to Salesforce', () => {
  test('changes the named fields of the record by one composite request, under the name that the pull knows', async () => {
    expect(await write({ fields: { Priority: 'high' } })).toEqual({ kind: 'written', status: 204 });
    expect(org.fields(ID)).toMatchObject({ Priority: 'high', Subject: 'x' });
    expect(org.org.changedBy(ID)).toBe(ORG_USERS.integration);
    const [request, ...others] = org.server.requests;
    expect(others).toEqual([]);
    expect(request).toMatchObject({ method: 'POST', path: '/services/data/v62.0/composite' });
    expect(request?.header('sforce-call-options')).toBe('client=bailiwick');
  });

  test('with a value that a composite would take for a reference goes by itself, and means what it says', async () => {
    const fields = { Suggested_Reply__c: 'See @{evt.Subject}' };
    expect(await write({ fields })).toEqual({ kind: 'written', status: 204 });
    expect(org.server.requests[0]).toMatchObject({ method: 'PATCH', body: fields });
    expect(org.fields(ID)).toMatchObject(fields);
  });

  test('upserts by an external id, and makes no record unless it may', async () => {
    const byKey = { objects: { Case: { key: 'Ext__c' } } };
    expect(await write({ recordId: 'new/1' }, byKey)).toEqual({ kind: 'not-found', status: 404 });
    const may = { objects: { Ticket: { as: 'Case', key: 'Ext__c', create: true } } };
    expect(await write({ object: 'Ticket', recordId: 'new/1' }, may)).toMatchObject({
      kind: 'written',
      status: 201,
    });
    expect(await write({ recordId: 'new/1', idempotencyKey: 'evt_2' }, byKey)).toMatchObject({ status: 200 });
    expect(org.org.records(() => true, 100).filter((row) => row['Ext__c'] === 'new/1')).toHaveLength(1);
  });

  test('of a record that is gone, or with a session that has ended, says so', async () => {
    expect(await write({ recordId: '500000000000009' })).toEqual({ kind: 'not-found', status: 404 });
    const credential = { reveal: () => 'another' };
    expect(await write({ credential })).toEqual({ kind: 'unauthorised', status: 401 });
  });

  test.each([
    ['two records of one external id', '500x', 300],
    ['an id that leads elsewhere', '..', null],
  ])('refuses %s', async (_, recordId, status) => {
    org.org.change([{ recordId: '500000000000002', fields: { Ext__c: '500x' } }]);
    org.org.change([{ recordId: '500000000000003', fields: { Ext__c: '500x' } }]);
    const refused = await write({ recordId }, { objects: { Case: { key: 'Ext__c' } } });
    expect(refused).toMatchObject({ kind: 'refused', status });
  });
});

describe('lost updates', () => {
  const compares = { unmodifiedSince: true, ownUser: ORG_USERS.integration };
  test('a change by others since the record was looked at is a conflict, and stays', async () => {
    expect(await write({ unmodifiedSince: EARLIER }, compares)).toEqual({ kind: 'conflict', status: 412 });
    expect(org.fields(ID)).toMatchObject({ Priority: 'low' });
    expect(org.server.requests).toHaveLength(1);
    expect(await write({ unmodifiedSince: new Date() }, compares)).toMatchObject({ kind: 'written' });
  });
  test('also of a write that goes by itself', async () => {
    const fields = { Priority: '@{x}' };
    expect(await write({ unmodifiedSince: EARLIER, fields }, compares)).toMatchObject({ kind: 'conflict' });
    expect(org.server.requests.map(({ method }) => method)).toEqual(['PATCH', 'GET']);
  });
  test('a repetition after an unknown end finds its own values, and has no second effect', async () => {
    const modified = (): unknown => org.org.records((id) => id === ID, 1)[0]?.['SystemModstamp'];
    const { server } = org;
    // Done, and its answer lost.
    await write({ unmodifiedSince: new Date(), fields: { Priority: 'urgent' } }, compares);
    const before = modified();
    server.fault = () => 'break';
    const fields = { Priority: 'urgent' };
    expect(await write({ unmodifiedSince: EARLIER, fields }, compares)).toMatchObject({
      kind: 'unavailable',
    });
    server.fault = () => null;
    expect(await write({ unmodifiedSince: EARLIER, fields }, compares)).toMatchObject({ kind: 'written' });
    expect(modified()).toBe(before);
  });
  test('a write-back of ours in between is no conflict', async () => {
    await write({ fields: { Subject: 'by us' } });
    expect(await write({ unmodifiedSince: EARLIER }, compares)).toMatchObject({ kind: 'written' });
    expect(
      await write({ unmodifiedSince: EARLIER, fields: { Priority: 'low' } }, { unmodifiedSince: true }),
    ).toMatchObject({
      kind: 'conflict',
    });
  });
  test('who does not compare overwrites', async () => {
    expect(await write({ unmodifiedSince: EARLIER })).toMatchObject({ kind: 'written' });
  });
  test('cannot be asked for together with an external id', () => {
    const objects = { Case: { key: 'Ext__c' } };
    const connection = { name: 'org', kind: 'salesforce', url: 'https://x', unmodifiedSince: true, objects };
    expect(SalesforceConnection.safeParse(connection).success).toBe(false);
  });
});

describe('limits', () => {
  const limit = [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }];
  test.each([
    ['the requests of the day are used up', 'api-usage=15000/15000', 300_000],
    ['nothing is said of the day', undefined, 300_000],
    ['too many are under way', 'api-usage=18/15000; per-app-api-usage=17/250(appName=x)', null],
  ])('when %s', async (_, usage, retryAfterMs) => {
    org.server.fault = () => [403, limit, usage === undefined ? {} : { 'sforce-limit-info': usage }];
    expect(await write()).toEqual({ kind: 'unavailable', status: 403, retryAfterMs });
  });
  test('a row that is locked is tried again', async () => {
    const locked = [{ errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access' }];
    const body = { httpStatusCode: 400, body: locked, referenceId: 'wevt_aaaaaaaaaaaaaaaaaaaaaaaaaa' };
    org.server.fault = () => [200, { compositeResponse: [body] }];
    expect(await write()).toEqual({ kind: 'unavailable', status: 400, retryAfterMs: null });
  });
});

describe('what an org says', () => {
  const said = (status: number, body: unknown) => writeAnswer({ status, body }, null, null);
  test('of a field that it refuses: its code and the field’s name, and no sentence', () => {
    const body = [
      { errorCode: 'STRING_TOO_LONG', message: 'Ada Lovelace: data value too large', fields: ['Subject'] },
    ];
    expect(said(400, body)).toEqual({
      kind: 'refused',
      status: 400,
      code: 'STRING_TOO_LONG',
      fields: ['Subject'],
    });
  });
  test('of a record that was deleted', () => {
    expect(said(404, [{ errorCode: 'ENTITY_IS_DELETED', message: 'x' }])).toEqual({
      kind: 'not-found',
      status: 404,
    });
  });
  test('of a composite in which the change is not named, nothing is known', async () => {
    org.server.fault = () => [200, { compositeResponse: [] }];
    expect(await write()).toEqual({ kind: 'unavailable', status: 200, retryAfterMs: null });
  });
  test('of composites that it does not have, nothing about the record', async () => {
    org.server.fault = () => [404, [{ errorCode: 'NOT_FOUND', message: 'x' }]];
    expect(await write()).toMatchObject({ kind: 'refused', status: 404, code: 'composite-missing' });
  });
  test('whatever it says, nothing comes out but codes and identifiers', () => {
    const error = fc.record({ errorCode: fc.anything(), fields: fc.anything(), message: fc.string() });
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(fc.anything(), fc.array(error)),
        (status, body) => {
          const answer = said(status, body);
          if (answer.kind !== 'refused') return;
          expect(answer.code ?? 'NONE').toMatch(/^[A-Z][A-Z0-9_]*$/);
          for (const name of answer.fields) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
          expect(presentRecord({ status, body }, null)?.changedAt.getTime()).not.toBeNaN();
        },
      ),
    );
  });
});

describe('what is sent', () => {
  const target = { version: '62.0', addresses: {} };
  test('holds each value once and unchanged, and nothing of the record in an address but its id', () => {
    const values = fc.dictionary(
      fc.stringMatching(/^[A-Z][A-Za-z]{0,8}__c$/),
      fc.oneof(fc.string(), fc.integer(), fc.constant(null)),
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), values, fc.boolean(), (recordId, fields, compares) => {
        const since = compares ? new Date(0) : null;
        const requests = subrequestsOf(writeOf({ recordId, fields }), target, since);
        if (requests === null) {
          expect(['.', '..']).toContain(recordId);
          return;
        }
        const [change, read] = requests;
        expect(change?.body).toEqual(fields);
        expect(change?.path).toBe(`/services/data/v62.0/sobjects/Case/${encodeURIComponent(recordId)}`);
        expect(read === undefined).toBe(!compares);
        if (fitsComposite(requests)) expect(JSON.stringify(compositeOf(requests))).not.toContain('@{');
      }),
    );
  });
});
