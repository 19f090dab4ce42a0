import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  EVENT_TYPES,
  GatewayReply,
  partitionKey,
  topicNames,
  type Fact,
  type InferenceResult,
} from '@bailiwick/contracts';
import { Custody } from '@bailiwick/custody';
import { CHAT_OBJECT, CellSpec } from '@bailiwick/domain';
import { partitionOf } from '@bailiwick/kafka';
import {
  BaseConfig,
  DatabaseConfig,
  loadConfig,
  openDatabase,
  runService,
  type RunningService,
} from '@bailiwick/platform';
import { ReceiptSigner, SigningKey } from '@bailiwick/receipt';
import { ORG_USERS, VENDOR_CONNECTIONS } from '@bailiwick/stack';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { writeback } from './app.module.js';
import { TestLender, purposeOfAtlas } from './lender.test-kit.js';
import { TestCrm, type CrmReaction } from './crm.test-kit.js';
import { ResultMaker } from './result.test-kit.js';
import { WriteLedger } from './write/write-ledger.js';

const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');
const yaml = (...path: readonly string[]): unknown => parse(readFileSync(join(INFRA, ...path), 'utf8'));
const CELL = CellSpec.parse(yaml('jurisdictions', 'eu-central.yaml'));
const NAMES = topicNames('eu');
const OUTPUT = { category: 'refund', priority: 'high', sentiment: 'negative', reply: 'refund-started' };
const PERSON = 'Zaphira Quillfeather';
const LETTER = {
  output: OUTPUT,
  values: [
    ['PERSON', PERSON],
    ['EMAIL_ADDRESS', 'z@example.org'],
  ],
  renderings: { reply: 'Dear {0}, we wrote to {1}. {0}!' },
} as const;

/** How other vendors call a case, and where they keep what is written. */
const VENDORS = {
  dataverse: {
    connection: { objects: { Case: { as: 'incidents' } } },
    recordIds: '11111111-2222-3333-4444-55555555555',
    written: { object: 'incidents', fields: { Triage_Category__c: 'refund', priority: 'high' } },
  },
  hubspot: {
    connection: { objects: { Case: { as: 'tickets' } } },
    recordIds: '810',
    written: { object: 'tickets', fields: { Triage_Category__c: 'refund', priority: 'high' } },
  },
  zendesk: {
    connection: {
      customFields: { Triage_Category__c: 361, Triage_Sentiment__c: 362, Suggested_Reply__c: 363 },
    },
    recordIds: '910',
    written: { object: 'tickets', fields: { '361': 'refund', priority: 'high' } },
  },
} as const;

let mesh: TestMesh;
let cell: TestCell;
let crm: TestCrm;
let lender: TestLender;
const databases: pg.Pool[] = [];
let custody: Custody;
let maker: ResultMaker;
let service: RunningService | undefined;
/** Starts the service, again where it runs. */
let restart: () => Promise<void>;

const send = (result: InferenceResult, replayOf?: string): Promise<void> =>
  cell.write('inference-adapter.eu-shared', NAMES.result, EVENT_TYPES.result, result, replayOf);

async function factsOf(eventId: string, kind: string, count = 1): Promise<readonly Fact[]> {
  return vi.waitFor(
    async () => {
      const facts = (await cell.facts()).filter((fact) => fact.eventId === eventId);
      expect(facts.filter((fact) => fact.kind === kind)).toHaveLength(count);
      return facts;
    },
    { timeout: 40_000, interval: 100 },
  );
}
const reasonOf = async (eventId: string, kind: string): Promise<string | undefined> =>
  (await factsOf(eventId, kind)).find((fact) => fact.kind === kind)?.reason;

async function custodyAs(workload: string): Promise<Custody> {
  const database = openDatabase(
    loadConfig(BaseConfig.extend(DatabaseConfig.shape), await cell.environment(workload)),
  );
  databases.push(database);
  return Custody.open({ pool: database, cellKeys: (await mesh.keys.cell('eu-central')).file });
}

beforeAll(async () => {
  mesh = await TestMesh.start([CELL]);
  const [first] = mesh.cells;
  cell = first!;
  const tls = await cell.environment('sample-crm');
  const [cert = '', key = ''] = await Promise.all(
    ['BAILIWICK_TLS_CERT', 'BAILIWICK_TLS_KEY'].map((name) => readFile(tls[name]!, 'utf8')),
  );
  const folder = dirname(tls['BAILIWICK_CELL_FILE']!);
  crm = await TestCrm.start({ cert, key }, mesh.keys, join(folder, 'crm.sqlite'));
  const routers = await mesh.keys.signing({ region: 'eu-central', workload: 'residency-router' });
  const router = new ReceiptSigner(SigningKey.parse(JSON.parse(await readFile(routers.file, 'utf8'))));
  maker = new ResultMaker(await custodyAs('ingest'), await custodyAs('classifier'), router);
  custody = await custodyAs('writeback');
  const triage = await purposeOfAtlas('case-triage.yaml');
  const elsewhere = triage.replace('id: case-triage', 'id: elsewhere').replace('sample-crm', 'nowhere');
  const toOrg = triage.replace('id: case-triage', 'id: org-triage').replace('sample-crm', 'sample-org');
  lender = await TestLender.start(
    mesh,
    {
      'triage.yaml': triage.replace('tenants: [atlas]', 'tenants: [atlas, nordlicht]'),
      'elsewhere.yaml': elsewhere,
      'org.yaml': toOrg,
      'assistant.yaml': await purposeOfAtlas('assistant.yaml'),
      ...Object.fromEntries(
        Object.entries(VENDOR_CONNECTIONS).map(([kind, name]) => [
          `${kind}.yaml`,
          triage
            .replace('id: case-triage', `id: ${kind}-triage`)
            .replace('sample-crm', name)
            .replace('Priority:', 'priority:'),
        ]),
      ),
    },
    [
      ...crm.vendorLogins,
      ...crm.logins,
      ...crm.logins.map((login) => ({ ...login, name: 'sample-org', kind: 'salesforce' as const })),
    ],
  );

  const env = await cell.environment('writeback');
  const connections = join(folder, 'connections.json');
  const org = { kind: 'salesforce', unmodifiedSince: true, ownUser: ORG_USERS.integration };
  await writeFile(
    connections,
    JSON.stringify([
      { name: 'sample-crm', kind: 'generic-http', url: crm.url },
      { name: 'sample-org', url: crm.url, ...org },
      ...Object.entries(VENDOR_CONNECTIONS).map(([kind, name]) => ({
        name,
        kind,
        url: crm.url,
        ...VENDORS[kind as keyof typeof VENDORS].connection,
      })),
    ]),
  );
  restart = async () => {
    await service?.stop();
    service = await runService(
      writeback({
        ...env,
        BAILIWICK_CRM_CONNECTIONS_FILE: connections,
        BAILIWICK_CREDENTIALS_URL: lender.url,
        BAILIWICK_POSTPONE_AFTER_MS: '2500',
      }),
    );
  };
  await restart();
});
beforeEach(() => {
  crm.react = () => 'write';
});
afterAll(async () => {
  await service?.stop();
  await lender?.stop();
  crm?.stop();
  await Promise.all(databases.map((database) => database.end()));
  await mesh?.stop();
});

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
    const asIngest = await custodyAs('ingest');
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
    await custody.erase({ request: 'a-letter', tenant: 'atlas', subject: result.subject });
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
    await restart();
    const facts = await factsOf(result.eventId, 'written-back');
    expect(facts.map(({ kind }) => kind)).toEqual(['postponed', 'written-back']);
    expect(crm.attemptsOf(result.eventId)).toHaveLength(1);
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
    const database = openDatabase(
      loadConfig(BaseConfig.extend(DatabaseConfig.shape), await cell.environment('writeback')),
    );
    databases.push(database);
    ledger = await WriteLedger.open(database);
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
  test('keeps what is young', async () => {
    expect(await ledger.sweep()).toBe(0);
  });
});
