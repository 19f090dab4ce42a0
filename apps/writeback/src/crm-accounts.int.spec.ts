import { setTimeout as sleep } from 'node:timers/promises';
import { partitionKey, type InferenceResult } from '@bailiwick/contracts';
import { partitionOf } from '@bailiwick/kafka';
import { ORG_USERS } from '@bailiwick/stack';
import type { TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestCrm } from './crm.test-kit.js';
import type { TestLender } from './lender.test-kit.js';
import type { ResultMaker } from './result.test-kit.js';
import { CELL, LETTER, NAMES, OUTPUT, PERSON, VENDORS, WriteBackKit } from './write-back.test-kit.js';

let kit: WriteBackKit;
let cell: TestCell;
let crm: TestCrm;
let lender: TestLender;
let maker: ResultMaker;

const send: WriteBackKit['send'] = (...asked) => kit.send(...asked);
const factsOf: WriteBackKit['factsOf'] = (...asked) => kit.factsOf(...asked);
const reasonOf: WriteBackKit['reasonOf'] = (...asked) => kit.reasonOf(...asked);

beforeAll(async () => {
  kit = await WriteBackKit.start();
  ({ cell, crm, lender, maker } = kit);
});
beforeEach(() => {
  crm.react = () => 'write';
});
afterAll(() => kit?.stop());

describe('F5 R5 a write-back has a credential for its tenant, purpose and object only', () => {
  const REVOKED = '/v1/tenants/atlas/connections/sample-crm';
  const reason = { reason: 'the integration user was seen elsewhere' };
  const write = async (): Promise<{ readonly eventId: string; readonly lease: string }> => {
    const { result } = await maker.make(LETTER);
    await send(result);
    const facts = await factsOf(result.eventId, 'written-back');
    return { eventId: result.eventId, lease: facts.find(({ write: made }) => made)?.write?.lease ?? '' };
  };
  /** Has everything that was lent end, so that the next write must borrow. */
  const endAll = async (): Promise<void> => {
    const { lease } = await write();
    await lender.ask('POST', `/v1/leases/${lease}/revocation`, reason);
    await vi.waitFor(() => expect(crm.granted.filter((token) => crm.lives(token))).toEqual([]), {
      timeout: 10_000,
    });
  };

  test('which it shares with others of the same kind, and which lineage names', async () => {
    const { lease } = await write();
    const granted = crm.granted.length;
    const others = await Promise.all([write(), write(), write()]);
    expect(new Set(others.map((other) => other.lease))).toEqual(new Set([lease]));
    expect(crm.granted).toHaveLength(granted);
    const facts = JSON.stringify(await cell.facts(), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(facts).toContain(lease);
    for (const token of crm.granted) expect(facts).not.toContain(token);
  });

  test('and gets another when the CRM takes it no more', async () => {
    const { lease } = await write();
    const unauthorised = crm.unauthorised;
    crm.end(crm.granted.at(-1)!);
    const next = await write();
    expect(next.lease).not.toBe(lease);
    expect(crm.unauthorised).toBe(unauthorised + 1);
    expect(crm.writtenOf(next.eventId)).toHaveLength(1);
  });

  test('and another when it was ended by security, without asking the CRM in vain', async () => {
    const unauthorised = crm.unauthorised;
    const { lease } = await write();
    await endAll();
    expect((await write()).lease).not.toBe(lease);
    expect(crm.unauthorised - unauthorised).toBeLessThanOrEqual(1);
  });

  test('and is held while the connection is revoked, until it is restored and the record delivered again', async () => {
    await write();
    await lender.ask('POST', `${REVOKED}/revocation`, reason);
    await vi.waitFor(() => expect(crm.granted.some((token) => crm.lives(token))).toBe(false), {
      timeout: 10_000,
    });
    const { result } = await maker.make(LETTER);
    await send(result);
    expect(await reasonOf(result.eventId, 'held')).toBe('credential-revoked');
    expect(crm.attemptsOf(result.eventId)).toEqual([]);
    await lender.ask('POST', `${REVOKED}/restoration`, reason);
    await vi.waitFor(
      async () => {
        expect((await write()).lease).toMatch(/^lease_/);
      },
      { timeout: 20_000 },
    );
    await send(result);
    await factsOf(result.eventId, 'written-back');
    expect(crm.writtenOf(result.eventId)).toHaveLength(1);
  });

  test('without a decision none is lent', async () => {
    await endAll();
    const { result } = await maker.make(LETTER);
    await send({ ...result, receipt: 'not signed by a router' });
    expect(await reasonOf(result.eventId, 'held')).toBe('receipt-forged');
    expect(crm.attemptsOf(result.eventId)).toEqual([]);
  });

  test('and waits while the control-plane is down: nothing is lost or dead-lettered, and it goes on by itself', async () => {
    await write();
    await lender.down();
    // What is on loan still holds.
    const lent = await write();
    crm.end(crm.granted.at(-1)!);
    const waiting = await Promise.all([maker.make(LETTER), maker.make(LETTER)]);
    for (const { result } of waiting) await send(result);
    await sleep(3000);
    const ids = waiting.map(({ result }) => result.eventId);
    expect((await cell.facts()).filter(({ eventId }) => ids.includes(eventId))).toEqual([]);
    await lender.up();
    for (const eventId of ids) {
      const facts = await factsOf(eventId, 'written-back');
      expect(facts.map(({ kind }) => kind)).toEqual(['written-back']);
      expect(facts[0]?.write?.lease).not.toBe(lent.lease);
      expect(crm.writtenOf(eventId)).toHaveLength(1);
    }
  });
});

describe('a write to an org of Salesforce', () => {
  const TO_ORG = { ...LETTER, purpose: 'org-triage' };
  const fieldsOf = (recordId: string) => crm.org.records((id) => id === recordId, 1)[0];
  test('restores the pseudonyms, once, and is known for ours', async () => {
    const { result, recordId } = await maker.make(TO_ORG);
    await send(result);
    const facts = await factsOf(result.eventId, 'written-back');
    expect(facts[0]?.write).toMatchObject({ target: 'sample-org', object: 'Case', restored: 3 });
    expect(fieldsOf(recordId)).toMatchObject({
      Priority: 'high',
      Suggested_Reply__c: expect.stringContaining(PERSON),
    });
    expect(crm.org.changedBy(recordId)).toBe(ORG_USERS.integration);
  });

  test('is known again when the answer to it was lost, although an org keeps no keys', async () => {
    const { result, recordId } = await maker.make(TO_ORG);
    await sleep(1100); // Times of change are told to the second.
    crm.orgLoses = 1;
    const asked = crm.orgRequests;
    await send(result);
    await factsOf(result.eventId, 'written-back');
    expect(crm.orgRequests - asked).toBe(2);
    expect(crm.orgChanges(result.eventId)).toBe(1);
    expect(fieldsOf(recordId)).toMatchObject({ Priority: 'high' });
  });

  test('does not write over what somebody changed meanwhile, until a person releases it', async () => {
    const { result, recordId } = await maker.make(TO_ORG);
    await sleep(1100); // Times of change are told to the second.
    crm.org.change([{ recordId, fields: { Priority: 'by a person' } }]);
    await send(result);
    const facts = await factsOf(result.eventId, 'held');
    expect(facts.find(({ kind }) => kind === 'held')?.reason).toBe('crm-conflict');
    expect(fieldsOf(recordId)).toMatchObject({ Priority: 'by a person' });
    await sleep(1100);
    await send(result, `${NAMES.result}/0/0`);
    await factsOf(result.eventId, 'written-back');
    expect(fieldsOf(recordId)).toMatchObject({ Priority: 'high' });
  });

  test('leaves an org alone whose requests of the day are used up, and goes on by itself', async () => {
    crm.orgBusy = 2;
    const asked = crm.orgRequests;
    const waiting = await Promise.all([maker.make(TO_ORG), maker.make(TO_ORG), maker.make(TO_ORG)]);
    for (const { result } of waiting) await send(result);
    await vi.waitFor(() => expect(crm.orgRequests).toBeGreaterThan(asked), { timeout: 20_000 });
    crm.orgBusy = null;
    await sleep(1200);
    // Those that were under way when it said so.
    expect(crm.orgRequests - asked).toBeLessThanOrEqual(waiting.length);
    for (const { result } of waiting) {
      const facts = await factsOf(result.eventId, 'written-back');
      expect(facts.map(({ kind }) => kind)).toEqual(['written-back']);
    }
  });
});

describe.each(['dataverse', 'hubspot', 'zendesk'] as const)('F5 an account of %s', (kind) => {
  const { recordIds, written } = VENDORS[kind];
  let records = 0;
  const write = async (): Promise<{ readonly recordId: string; readonly lease: string }> => {
    const recordId = `${recordIds}${++records}`;
    const { result } = await maker.make({ ...LETTER, purpose: `${kind}-triage`, recordId });
    await send(result);
    const facts = await factsOf(result.eventId, 'written-back');
    expect(facts.map(({ kind: each }) => each)).toEqual(['written-back']);
    expect(crm.vendorWrites(recordId)).toMatchObject([{ tenant: 'atlas', ...written }]);
    return { recordId, lease: facts[0]?.write?.lease ?? '' };
  };
  const mine = (): readonly string[] => crm.granted.filter((token) => token.startsWith(`${kind}!`));

  test('is written to with a credential of its own kind of login, once the login wants to be asked', async () => {
    crm.loginBusy = 1;
    const writing = write();
    await sleep(500);
    expect(mine()).toEqual([]);
    crm.loginBusy = null;
    await writing;
    expect(mine()).toHaveLength(1);
  });

  test('gives another when it takes the first no more', async () => {
    const { unauthorised } = crm;
    crm.end(mine().at(-1)!);
    await write();
    expect([mine().length, crm.unauthorised - unauthorised]).toEqual([2, 1]);
  });

  test('has its token ended with the lease, where the vendor can end one', async () => {
    const { lease } = await write();
    const token = mine().at(-1)!;
    await lender.ask('POST', `/v1/leases/${lease}/revocation`, { reason: 'a drill' });
    if (kind === 'zendesk') await vi.waitFor(() => expect(crm.lives(token)).toBe(false), { timeout: 10_000 });
    else expect(crm.lives(token)).toBe(true);
    // The cell lets go of it whether the vendor does or not.
    expect((await write()).lease).not.toBe(lease);
  });
});

describe('a tenant whose requests of the day are used up', () => {
  const answer = (source: string, recordId: string, category: string) =>
    maker.make({ ...LETTER, source, recordId, output: { ...OUTPUT, category } });
  const onOnePartition = async (as: InferenceResult): Promise<InferenceResult> => {
    const partition = ({ tenant, subject }: InferenceResult): number =>
      partitionOf(partitionKey(tenant, subject), CELL.partitions);
    for (;;) {
      const { result } = await maker.make({ ...LETTER, tenant: 'nordlicht' });
      if (partition(result) === partition(as)) return result;
    }
  };

  test('delays nobody else of its partition, and is written to later, in order and once', async () => {
    const recordId = '500 in order';
    const [first, second, third] = await Promise.all(
      ['one', 'two', 'three'].map((source, n) => answer(source, recordId, ['refund', 'fraud', 'other'][n]!)),
    );
    const other = await onOnePartition(first!.result);
    const quiet = await onOnePartition(first!.result);
    await send(quiet);
    await factsOf(quiet.eventId, 'written-back');

    crm.busyFor = { tenant: 'atlas', seconds: 4 };
    await send(first!.result);
    await send(second!.result);
    const began = Date.now();
    await send(other);
    await factsOf(other.eventId, 'written-back');
    expect(Date.now() - began).toBeLessThan(2000);
    for (const { result } of [first!, second!])
      expect((await factsOf(result.eventId, 'postponed')).map(({ reason }) => reason)).toEqual([
        'crm-paused',
      ]);

    // The day begins anew; an answer that comes before those that wait were written does not overtake them.
    crm.busyFor = null;
    await send(third!.result);
    const [facts] = await Promise.all(
      [third!, second!, first!].map(({ result }) => factsOf(result.eventId, 'written-back')),
    );
    expect(facts!.map(({ kind }) => kind)).toEqual(['postponed', 'written-back']);
    const ids = [first!, second!, third!].map(({ result }) => result.eventId);
    const written = crm.attempts.filter(({ idempotencyKey }) => ids.includes(idempotencyKey));
    expect(written.map(({ idempotencyKey }) => idempotencyKey)).toEqual(ids);
    expect(crm.turnedAway).toBe(1);

    // And after them the usual way is taken again.
    const { result: last } = await answer('four', recordId, 'refund');
    await send(last);
    expect((await factsOf(last.eventId, 'written-back')).map(({ kind }) => kind)).toEqual(['written-back']);
  });

  test('is asked again after a restart, and what waited for it is written once', async () => {
    crm.busyFor = { tenant: 'atlas', seconds: 3600 };
    const { result } = await answer('restart', '500 over a restart', 'refund');
    await send(result);
    await factsOf(result.eventId, 'postponed');
    crm.busyFor = null;
    await kit.restart();
    const facts = await factsOf(result.eventId, 'written-back');
    expect(facts.map(({ kind }) => kind)).toEqual(['postponed', 'written-back']);
    expect(crm.attemptsOf(result.eventId)).toHaveLength(1);
  });
});
