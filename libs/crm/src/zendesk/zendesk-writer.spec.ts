import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CrmAnswer, CrmWrite } from '../crm-writer.js';
import { TestWriters } from '../vendor-server.test-kit.js';
import { TestDesk } from './zendesk-account.test-kit.js';
import { changeOf, isOwn, presentTicket, zendeskAnswer } from './zendesk-write.js';
import { ZendeskConnection, ZendeskWriter } from './zendesk-writer.js';

const ID = '501';
const LOOKED_AT = new Date('2026-11-23T12:00:00Z');
const LATER = new Date('2026-11-23T12:00:05Z');
const EARLIER = new Date('2026-11-23T11:00:00Z');
const { user, agent } = TestDesk;
const fields = { priority: 'high', Category__c: 'refund' };

let desk: TestDesk;
const writers = new TestWriters((options) => {
  const { url, authority } = desk.server;
  const connection = {
    name: 'desk',
    kind: 'zendesk',
    url,
    customFields: { Category__c: 360_001 },
    ...options,
  };
  return new ZendeskWriter(ZendeskConnection.parse(connection), authority);
});
const write = (made: Partial<CrmWrite> = {}, options: object = {}): Promise<CrmAnswer> =>
  writers.write({ recordId: ID, fields, ...made }, options);

beforeAll(async () => {
  desk = await TestDesk.start();
});
beforeEach(() => {
  desk.clear();
  desk.change(ID, { subject: 'x', priority: 'low', status: 'open' }, agent, EARLIER, [[360_001, null]]);
});
afterEach(() => {
  desk.server.fault = () => null;
  desk.server.requests.length = 0;
});
afterAll(async () => {
  await writers.close();
  await desk.stop();
});

describe('a write to Zendesk', () => {
  test('changes the named fields of the ticket, its custom ones by their ids', async () => {
    expect(await write()).toEqual({ kind: 'written', status: 200 });
    expect(desk.fields(ID)).toMatchObject({ subject: 'x', priority: 'high' });
    expect(desk.custom(ID, 360_001)).toBe('refund');
    const [request] = desk.server.requests;
    expect(request).toMatchObject({ method: 'PUT', path: '/api/v2/tickets/501.json' });
    expect(JSON.stringify(request?.body)).not.toContain('safe_update');
  });
  test('of a ticket that is gone, or with a token that has ended, says so', async () => {
    expect(await write({ recordId: '9' })).toEqual({ kind: 'not-found', status: 404 });
    const credential = { reveal: () => 'another' };
    expect(await write({ credential })).toEqual({ kind: 'unauthorised', status: 401 });
  });
  test('of a ticket that is closed names what is in the way', async () => {
    desk.change(ID, { status: 'closed' }, agent, EARLIER);
    expect(await write()).toEqual({
      kind: 'refused',
      status: 422,
      code: 'RecordInvalid',
      fields: ['status'],
    });
  });
  test('sends no comment, which each repetition would add, and nothing that would be ignored', async () => {
    const unknown = { priority: 'high', comment: { body: 'Dear Ada' }, Nonesuch__c: 'x' };
    expect(await write({ fields: unknown })).toEqual({
      kind: 'refused',
      status: null,
      code: 'field-unknown',
      fields: ['comment', 'Nonesuch__c'],
    });
    expect(await write({ recordId: '501/comments' })).toMatchObject({ code: 'record-id-invalid' });
    expect(desk.server.requests).toEqual([]);
  });
});

describe('lost updates', () => {
  const compares = { unmodifiedSince: true, ownUser: user };
  const unmodifiedSince = LOOKED_AT;
  test('a later change by others is a conflict, an earlier one and those of ours are none', async () => {
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ kind: 'written' });
    desk.change(ID, { priority: 'normal' }, user, LATER);
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ kind: 'written' });
    desk.change(ID, { priority: 'normal' }, user, LATER);
    expect(await write({ unmodifiedSince }, { unmodifiedSince: true })).toMatchObject({ kind: 'conflict' });
    desk.change(ID, { subject: 'y' }, agent, LATER);
    desk.change(ID, { priority: 'normal' }, user, LATER);
    expect(await write({ unmodifiedSince }, compares)).toEqual({ kind: 'conflict', status: 200 });
    expect(desk.fields(ID)).toMatchObject({ priority: 'normal' });
  });
  test('what changes between being read and being written is not written over', async () => {
    let changed = false;
    desk.server.fault = ({ method }) => {
      if (method === 'PUT' && !changed) {
        changed = true;
        desk.change(ID, { priority: 'normal' }, agent, LATER);
      }
      return null;
    };
    expect(await write({ unmodifiedSince }, compares)).toEqual({ kind: 'conflict', status: 200 });
    expect(desk.fields(ID)).toMatchObject({ priority: 'normal' });
  });
  test('a repetition after an unknown end finds its own values, and has no second effect', async () => {
    await write();
    desk.server.requests.length = 0;
    expect(await write({ unmodifiedSince }, compares)).toEqual({ kind: 'written', status: 200 });
    expect(desk.server.requests.map(({ method }) => method)).toEqual(['GET']);
  });
  test('what cannot be compared is not written', async () => {
    desk.server.fault = ({ method }) => (method === 'GET' ? [200, { ticket: {} }] : null);
    expect(await write({ unmodifiedSince }, compares)).toMatchObject({ code: 'record-unreadable' });
  });
  test('audits tell something only from before until the last change', () => {
    const audit = (at: Date, author = user) => ({ author_id: author, created_at: at.toISOString() });
    const own = (audits: unknown) => isOwn({ audits }, { ownUser: user, since: LOOKED_AT, changedAt: LATER });
    expect(own([audit(LATER), audit(EARLIER, agent)])).toBe(true);
    expect(own([audit(LATER, agent), audit(EARLIER)])).toBe(false);
    expect(own([audit(LATER)])).toBe(false);
    expect(own([audit(EARLIER)])).toBe(false);
    expect(own('none')).toBe(false);
  });
});

describe('limits', () => {
  test('it is left alone for as long as it says', async () => {
    desk.server.fault = () => [429, { error: 'TooManyRequests' }, { 'retry-after': '93' }];
    expect(await write()).toEqual({ kind: 'unavailable', status: 429, retryAfterMs: 93_000 });
  });
  test('changes that met in its database are tried again', async () => {
    desk.server.fault = () => [409, { error: 'DatabaseConflict', description: 'Database collision' }];
    expect(await write()).toEqual({ kind: 'unavailable', status: 409, retryAfterMs: null });
  });
});

test('an address that the desk does not have says nothing about the ticket', () => {
  const body = { error: 'InvalidEndpoint', description: 'Not found' };
  expect(zendeskAnswer({ status: 404, retryAfterMs: null, body }, false)).toMatchObject({ kind: 'refused' });
});

test('what is sent holds each value once, in its place, and the stamp where there is one', () => {
  const name = fc.constantFrom('priority', 'subject', 'status', 'A__c', 'B__c', '__proto__');
  const custom = { A__c: 1, B__c: 2 };
  fc.assert(
    fc.property(fc.dictionary(name, fc.string()), fc.option(fc.string()), (written, stamp) => {
      const body = changeOf('/t', written, custom, stamp).body as {
        readonly ticket: Record<string, unknown>;
      };
      const { custom_fields: set = [], safe_update: safe, updated_stamp: stamped, ...system } = body.ticket;
      expect([safe, stamped]).toEqual(stamp === null ? [undefined, undefined] : [true, stamp]);
      const pairs = Object.entries(written);
      expect(set).toEqual(
        pairs.flatMap(([each, value]) =>
          each === 'A__c' ? [{ id: 1, value }] : each === 'B__c' ? [{ id: 2, value }] : [],
        ),
      );
      expect(Object.entries(system)).toEqual(pairs.filter(([each]) => !each.endsWith('__c')));
    }),
  );
});

test('whatever a desk says, nothing comes out but codes and identifiers', () => {
  const hostile = fc.record({ error: fc.anything(), description: fc.string(), details: fc.anything() });
  fc.assert(
    fc.property(fc.integer({ min: 200, max: 599 }), fc.oneof(fc.anything(), hostile), (status, body) => {
      const answer = zendeskAnswer({ status, retryAfterMs: null, body }, false);
      expect(presentTicket(body, {})?.record.changedAt.getTime()).not.toBeNaN();
      if (answer.kind !== 'refused') return;
      expect(answer.code ?? 'None').toMatch(/^[A-Z][A-Za-z]*$/);
      for (const name of answer.fields) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
    }),
  );
});
