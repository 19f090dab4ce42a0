import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, GatewayReply, boundedTablesOf, type InferenceResult } from '@bailiwick/contracts';
import { CHAT_OBJECT } from '@bailiwick/domain';
import { BoundedTable, createLogger } from '@bailiwick/platform';
import type { TestCell } from '@bailiwick/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CrmReaction, TestCrm } from './crm.test-kit.js';
import type { ResultMaker } from './result.test-kit.js';
import { LETTER, NAMES, OUTPUT, PERSON, WriteBackKit } from './write-back.test-kit.js';
import { WriteLedger } from './write/write-ledger.js';

let kit: WriteBackKit;
let cell: TestCell;
let crm: TestCrm;
let maker: ResultMaker;

const send: WriteBackKit['send'] = (...asked) => kit.send(...asked);
const factsOf: WriteBackKit['factsOf'] = (...asked) => kit.factsOf(...asked);
const reasonOf: WriteBackKit['reasonOf'] = (...asked) => kit.reasonOf(...asked);

beforeAll(async () => {
  kit = await WriteBackKit.start();
  ({ cell, crm, maker } = kit);
});
beforeEach(() => {
  crm.react = () => 'write';
});
afterAll(() => kit?.stop());

describe('an answer for a caller who waits', () => {
  const question = (content: string, values: typeof LETTER.values | [] = LETTER.values) =>
    maker.make({
      purpose: 'assistant',
      object: CHAT_OBJECT,
      output: { message: { role: 'assistant', content }, finish_reason: 'stop' },
      values,
    });
  const replyTo = async (eventId: string) =>
    (await cell.read(NAMES.reply, EVENT_TYPES.reply)).find((reply) => reply.eventId === eventId);

  test('goes to its cell sealed, restored and once, and to no CRM', async () => {
    const { result } = await question('Dear {0}, we wrote to {1}.');
    await send(result);
    const [fact] = await factsOf(result.eventId, 'written-back');
    expect(fact?.write).toMatchObject({
      target: 'caller',
      fields: ['message', 'finish_reason'],
      restored: 2,
      lease: '',
    });
    const reply = await replyTo(result.eventId);
    expect(Buffer.from(GatewayReply.encode(reply!).finish()).includes(PERSON)).toBe(false);
    const answer = reply?.outcome?.$case === 'answer' ? reply.outcome.value : undefined;
    expect(answer).toMatchObject({ receipt: result.receipt, usage: { inputTokens: 1, outputTokens: 1 } });
    const { eventId, tenant, subject } = result;
    const asIngest = await kit.custodyAs('ingest');
    const opened = await asIngest.openReply({ eventId, tenant, subject, sealed: answer!.payload! });
    expect(JSON.parse(opened.reveal().toString())).toEqual({
      message: { role: 'assistant', content: `Dear ${PERSON}, we wrote to z@example.org.` },
      finish_reason: 'stop',
    });
    expect(crm.attemptsOf(eventId)).toEqual([]);
  });

  test('is held when a pseudonym in it stands for nothing, and the caller is told', async () => {
    const { result } = await question('Dear ⟦PERSON·k7q2m4x6p3ab⟧.', []);
    await send(result);
    expect(await reasonOf(result.eventId, 'held')).toBe('pseudonym-unknown');
    expect(await replyTo(result.eventId)).toMatchObject({
      outcome: { $case: 'refusal', value: { kind: 'held', code: 'pseudonym-unknown' } },
    });
  });
});

test('an answer is written to its record with its pseudonyms restored', async () => {
  const { result, recordId } = await maker.make(LETTER);
  await send(result);
  const facts = await factsOf(result.eventId, 'written-back');
  expect(crm.attemptsOf(result.eventId)).toEqual([
    {
      path: `/crm/atlas/objects/Case/${encodeURIComponent(recordId)}`,
      idempotencyKey: result.eventId,
      traceparent: expect.stringMatching(/^00-1{32}-/),
      fields: {
        Triage_Category__c: 'refund',
        Priority: 'high',
        Triage_Sentiment__c: 'negative',
        Suggested_Reply__c: `Dear ${PERSON}, we wrote to z@example.org. ${PERSON}!`,
      },
    },
  ]);
  expect(facts).toHaveLength(1);
  expect(facts[0]).toMatchObject({
    service: 'writeback',
    traceId: '1'.repeat(32),
    write: {
      target: 'sample-crm',
      object: 'Case',
      fields: ['Triage_Category__c', 'Priority', 'Triage_Sentiment__c', 'Suggested_Reply__c'],
      restored: 3,
      lease: expect.stringMatching(/^lease_/),
      audience: crm.url,
    },
    model: { pool: 'eu-shared', model: 'triage-small', facets: { category: 'refund' } },
  });
});

describe('a write takes effect once', () => {
  test('when the result is delivered twice', async () => {
    const { result } = await maker.make(LETTER);
    await send(result);
    await factsOf(result.eventId, 'written-back');
    await send(result);
    expect(await reasonOf(result.eventId, 'duplicate')).toBe('already-done');
    expect(crm.attemptsOf(result.eventId)).toHaveLength(1);
  });

  test('when the CRM writes and its answer is lost', async () => {
    let lost = 0;
    crm.react = () => (lost++ === 0 ? 'write-and-break' : 'write');
    const { result } = await maker.make(LETTER);
    await send(result);
    await factsOf(result.eventId, 'written-back');
    expect(crm.attemptsOf(result.eventId)).toHaveLength(2);
    expect(crm.writtenOf(result.eventId)).toHaveLength(1);
  });

  test('when the database goes away after the CRM wrote', async () => {
    let gone = false;
    let back = Promise.resolve();
    crm.react = async (): Promise<CrmReaction> => {
      if (!gone) {
        gone = true;
        await cell.databaseProcess.stop();
        back = sleep(1000).then(() => cell.databaseProcess.start());
      }
      return 'write';
    };
    const { result } = await maker.make(LETTER);
    await send(result);
    await factsOf(result.eventId, 'written-back');
    await back;
    expect(crm.attemptsOf(result.eventId).length).toBeGreaterThan(1);
    expect(crm.writtenOf(result.eventId)).toHaveLength(1);
    const [first, ...others] = crm.attemptsOf(result.eventId);
    for (const other of others) expect(other.fields).toEqual(first?.fields);
  });
});

test.each([429, 500, 503])('a CRM that answers %i is tried again until it writes', async (status) => {
  let refusals = 0;
  crm.react = () => (refusals++ < 2 ? status : 'write');
  const { result } = await maker.make(LETTER);
  await send(result);
  await factsOf(result.eventId, 'written-back');
  expect(crm.attemptsOf(result.eventId)).toHaveLength(3);
});

describe('a result is held', () => {
  test.each([
    ['when the CRM has no such record', 404, 'crm-record-missing'],
    ['when the CRM refuses the fields', 422, 'crm-refused'],
    ['when the CRM refuses the service', 403, 'crm-refused'],
  ])('%s', async (_, status, reason) => {
    crm.react = () => status;
    const { result } = await maker.make(LETTER);
    await send(result);
    expect(await reasonOf(result.eventId, 'held')).toBe(reason);
    expect(crm.attemptsOf(result.eventId)).toHaveLength(1);
  });
  test('and may be delivered again when the reason is gone', async () => {
    crm.react = () => 404;
    const { result } = await maker.make(LETTER);
    await send(result);
    await factsOf(result.eventId, 'held');
    crm.react = () => 'write';
    await send(result);
    await factsOf(result.eventId, 'written-back');
    expect(crm.writtenOf(result.eventId)).toHaveLength(1);
  });
  test('when its data subject was erased', async () => {
    const { result } = await maker.make(LETTER);
    await kit.custody.erase({ request: 'a-letter', tenant: 'atlas', subject: result.subject });
    await send(result);
    expect(await reasonOf(result.eventId, 'dead-lettered')).toBe('subject-erased');
    expect(crm.attemptsOf(result.eventId)).toEqual([]);
  });
  test('when it holds a pseudonym that stands for nothing here', async () => {
    const { result } = await maker.make({
      output: OUTPUT,
      renderings: { reply: 'Dear ⟦PERSON·bbbbbbbbbbbb⟧' },
    });
    await send(result);
    expect(await reasonOf(result.eventId, 'held')).toBe('pseudonym-unknown');
    expect(crm.attemptsOf(result.eventId)).toEqual([]);
  });
  test.each([
    ['whose purpose is not known', { purpose: 'unheard-of' }, 'no-purpose'],
    ['for another version of its purpose', { purposeVersion: 2 }, 'purpose-changed'],
    ['for a CRM that the cell does not know', { purpose: 'elsewhere' }, 'no-connection'],
  ])('%s', async (_, change, reason) => {
    const { result } = await maker.make(LETTER);
    await send({ ...result, ...change });
    expect(await reasonOf(result.eventId, 'held')).toBe(reason);
    expect(crm.attemptsOf(result.eventId)).toEqual([]);
  });
});

describe('a result is a violation', () => {
  const flip = ({ output, ...result }: InferenceResult): InferenceResult => {
    const ciphertext = Buffer.from(output!.ciphertext);
    ciphertext[0]! ^= 1;
    return { ...result, output: { ...output!, ciphertext } };
  };
  test.each([
    ['when it was changed on its way', 'seal-broken', flip],
    ['when it is another cell’s', 'wrong-cell', (r: InferenceResult) => ({ ...r, homeRegion: 'us-east' })],
  ])('%s', async (_, code, change) => {
    const { result } = await maker.make(LETTER);
    await send(change(result));
    expect(await reasonOf(result.eventId, 'violation')).toBe(code);
    expect(await reasonOf(result.eventId, 'dead-lettered')).toBe(code);
    expect(crm.attemptsOf(result.eventId)).toEqual([]);
  });
});

describe('the ledger', () => {
  const at = (offset: number) => ({ topic: NAMES.result, partition: 1, offset: BigInt(offset) });
  const write = {
    target: 'sample-crm',
    object: 'Case',
    fields: ['Priority'],
    restored: 2,
    lease: 'lease_1',
    audience: 'https://crm',
  };
  let ledger: WriteLedger;
  beforeAll(async () => {
    ledger = await WriteLedger.open(await kit.databaseAs('writeback'));
  });

  test('lets whoever asks write until it is known that the CRM has it', async () => {
    const eventId = 'evt_ledger_1';
    expect(await ledger.claim({ eventId, about: 'atlas.one', at: at(1) })).toEqual({
      kind: 'write',
      conflicted: false,
      behind: false,
    });
    expect(await ledger.claim({ eventId, about: 'atlas.one', at: at(1) })).toEqual({
      kind: 'write',
      conflicted: false,
      behind: false,
    });
    expect(await ledger.claim({ eventId, about: 'atlas.one', at: at(2) })).toEqual({
      kind: 'write',
      conflicted: false,
      behind: false,
    });
    await ledger.written({ eventId, at: at(2), write });
    expect(await ledger.claim({ eventId, about: 'atlas.one', at: at(2) })).toEqual({
      kind: 'written',
      write,
    });
    expect(await ledger.claim({ eventId, about: 'atlas.one', at: at(1) })).toEqual({ kind: 'duplicate' });
  });
  test('answers many at once, each for itself', async () => {
    const ids = Array.from({ length: 200 }, (_, n) => `evt_many_${n}`);
    const claims = await Promise.all(
      ids.map((eventId, n) => ledger.claim({ eventId, about: 'atlas.one', at: at(n) })),
    );
    expect(new Set(claims.map(({ kind }) => kind))).toEqual(new Set(['write']));
    await Promise.all(
      ids.map((eventId, n) => ledger.written({ eventId, at: at(n), write: { ...write, restored: n } })),
    );
    const again = await Promise.all(
      ids.map((eventId, n) => ledger.claim({ eventId, about: 'atlas.one', at: at(n) })),
    );
    expect(again).toEqual(ids.map((_, n) => ({ kind: 'written', write: { ...write, restored: n } })));
  });
  test('has answers wait behind those about the same record that are postponed, until these are settled', async () => {
    const about = 'atlas.postponed';
    const behind = async (eventId: string) => {
      const claim = await ledger.claim({ eventId, about, at: at(7) });
      return claim.kind === 'write' && claim.behind;
    };
    expect(await behind('evt_first')).toBe(false);
    await ledger.postponed({ eventId: 'evt_first', about });
    expect([await behind('evt_first'), await behind('evt_second')]).toEqual([false, true]);
    await ledger.resumed('evt_first');
    expect(await behind('evt_second')).toBe(false);
    await ledger.postponed({ eventId: 'evt_first', about });
    await ledger.written({ eventId: 'evt_first', at: at(7), write });
    expect(await behind('evt_second')).toBe(false);
    await ledger.postponed({ eventId: 'evt_first', about });
    expect(await behind('evt_second')).toBe(false);
  });

  test('ends what is older than its table is kept, and nothing else', async () => {
    const database = await kit.databaseAs('writeback');
    const tables = boundedTablesOf('writeback');
    expect(tables.map(({ name }) => name)).toEqual(['writeback.ledger']);
    const quiet = createLogger({
      BAILIWICK_LOG_LEVEL: 'silent',
      BAILIWICK_REGION: '',
      BAILIWICK_WORKLOAD: '',
    });
    const [bounded] = tables.map((table) => new BoundedTable(table, database, quiet, 50));
    const count = async (): Promise<number> =>
      (await database.query('SELECT FROM writeback.ledger')).rowCount ?? 0;
    const young = await count();
    expect(await bounded?.sweep()).toBe(0);
    // More than one statement takes away.
    await database.query(
      `INSERT INTO writeback.ledger (event_id, topic, partition, record_offset, changed_at)
       SELECT 'old-' || n, 't', 0, n, now() - interval '14 days 1 minute' FROM generate_series(1, 12000) n`,
    );
    await bounded?.start();
    await vi.waitFor(async () => expect(await count()).toBe(young), 10_000);
    await bounded?.stop();
  });
});
