import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ClassifierServiceClient,
  CrmRecord,
  EVENT_TYPES,
  MinimisedRecord,
  topicNames,
  type EventType,
  type ClassifyResponse,
  type Fact,
  type RecordReceived,
} from '@bailiwick/contracts';
import { Custody } from '@bailiwick/custody';
import { CellSpec, FieldCatalog, Purpose, eventId, type JsonObject } from '@bailiwick/domain';
import { answerOf, createClient } from '@bailiwick/grpc';
import { readTopic } from '@bailiwick/kafka';
import { openDatabase, readTls, runService, type RunningService } from '@bailiwick/platform';
import { TestMesh, type TestCell } from '@bailiwick/testing';
import type { Pool } from 'pg';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { classifier } from './app.module.js';
import { readConfig } from './config.js';
import { EventLedger, type Delivery } from './ledger/event-ledger.js';

const INFRA = join(import.meta.dirname, '../../../infra');
const readYaml = (path: string): unknown => parse(readFileSync(join(INFRA, path), 'utf8'));
const CELL = CellSpec.parse(readYaml('jurisdictions/eu-central.yaml'));
const PURPOSE = Purpose.parse({
  ...z.object({ purpose: z.looseObject({}) }).parse(readYaml('purposes/case-triage.yaml')).purpose,
  tenant: 'atlas',
});
const catalogOf = (object: string): FieldCatalog =>
  FieldCatalog.parse({ version: 1, ...z.looseObject({}).parse(readYaml(`catalog/${object}.yaml`)) });
const topics = topicNames('eu');
/** Values as they lie on the broker. */
const RAW: EventType<Buffer> = {
  type: '',
  contentType: 'application/protobuf',
  encode: (bytes) => bytes,
  decode: (bytes) => Buffer.from(bytes),
};

const CASE: JsonObject = {
  Subject: 'Charged twice',
  Description: 'I am Lena Maria Vogt. Write to lena.vogt@example.org or to Vogt at home.',
  Origin: 'Web',
  ContactName: 'Lena Maria Vogt',
  ContactEmail: 'lena.vogt@example.org',
  BirthDate: '1987-04-03',
  Diagnosis__c: 'asthma',
  'lena.vogt@example.org': 'a careless producer',
};

let mesh: TestMesh;
let cell: TestCell;
/** As ingest and as write-back have it: neither may do what the other does. */
let custody: Custody;
let restoring: Custody;
let database: Pool;
let classifierDatabase: Pool;
let writebackDatabase: Pool;
let service: RunningService;
/** `host:port` of the gRPC interface. */
let grpc: string;

async function environment(workload: string): Promise<Record<string, string>> {
  return {
    ...(await cell.environment(workload)),
    BAILIWICK_EXPLAIN_PEERS: 'spiffe://bailiwick.local/eu-central/administrator',
  };
}

async function start(): Promise<void> {
  const env = await environment('classifier');
  grpc = `127.0.0.1:${env['BAILIWICK_GRPC_PORT']}`;
  service = await runService(classifier(env));
}

/** Seals a record as ingest does. */
async function received(
  sourceId: string,
  fields: Buffer,
  purpose = 'case-triage',
  object = 'Case',
): Promise<RecordReceived> {
  const tenant = 'atlas';
  const subject = await custody.subjectOf(tenant, object, sourceId);
  const id = eventId(tenant, '/test', sourceId);
  const plaintext = CrmRecord.encode({ object, recordId: sourceId, fieldsJson: fields }).finish();
  const at = new Date();
  return {
    eventId: id,
    tenant,
    purpose,
    source: '/test',
    object,
    subject,
    producer: 'test',
    occurredAt: at,
    receivedAt: at,
    payload: await custody.sealRecord({ eventId: id, tenant, subject, recordId: sourceId, plaintext }),
  };
}

const send = (record: RecordReceived): Promise<void> =>
  cell.write('ingest', topics.record, EVENT_TYPES.received, record);

/** Where the first delivery of an event lies. */
async function deliveryOf(id: string): Promise<Delivery> {
  const topic = topics.record;
  for (const { partition, message } of await readTopic(await cell.cluster('auditor'), topic))
    if (message.value && EVENT_TYPES.received.decode(message.value).eventId === id)
      return { eventId: id, topic, partition, offset: BigInt(message.offset) };
  throw new Error('the record was not delivered');
}

/** The control-plane lives. */
const beat = (): Promise<void> =>
  cell.publish('heartbeat', 'control-plane', { at: new Date().toISOString() });

/** Waits for the facts of an event of one kind. */
async function facts(id: string, kind: string, count = 1): Promise<readonly Fact[]> {
  for (const deadline = Date.now() + 30_000; ;) {
    const found = (await cell.facts()).filter((fact) => fact.eventId === id && fact.kind === kind);
    if (found.length >= count || Date.now() > deadline) return found;
  }
}

beforeAll(async () => {
  mesh = await TestMesh.start([CELL]);
  cell = mesh.cells[0]!;
  await cell.publish('purpose', 'atlas/case-triage', PURPOSE);
  for (const object of ['Case', 'Contact']) await cell.publish('catalog', object, catalogOf(object));
  await cell.publish('jurisdiction', 'eu', { jurisdiction: 'eu', countries: CELL.countries ?? [] });
  await beat();
  database = openDatabase(readConfig(await environment('ingest')));
  classifierDatabase = openDatabase(readConfig(await environment('classifier')));
  writebackDatabase = openDatabase(readConfig(await environment('writeback')));
  const cellKeys = (await mesh.keys.cell(CELL.region)).file;
  custody = await Custody.open({ pool: database, cellKeys });
  restoring = await Custody.open({ pool: writebackDatabase, cellKeys });
  await start();
});
afterAll(async () => {
  await service?.stop();
  for (const pool of [database, classifierDatabase, writebackDatabase]) await pool?.end();
  await mesh?.stop();
});

describe('the classifier on a real broker and database', () => {
  it('sends on what the purpose names and nothing else, under the digest of its exact bytes', async () => {
    const record = await received('c-1', Buffer.from(JSON.stringify(CASE)));
    await send(record);
    const [classified] = await cell.await(topics.classified, EVENT_TYPES.classified, 1);
    const { eventId: id, tenant, subject } = record;
    const bytes = (
      await restoring.openMinimised({ eventId: id, tenant, subject, sealed: classified!.payload! })
    ).reveal();
    expect(createHash('sha256').update(bytes).digest()).toEqual(classified!.digest);
    const minimised = MinimisedRecord.decode(bytes);
    expect(minimised.salt).toHaveLength(16);
    const fields = JSON.parse(minimised.fieldsJson.toString('utf8')) as Record<string, string>;
    expect(Object.keys(fields).toSorted()).toEqual([
      'BirthDate',
      'ContactName',
      'Description',
      'Origin',
      'Subject',
    ]);
    expect(fields['BirthDate']).toBe('1987');
    expect(JSON.stringify(fields)).not.toMatch(/lena|maria|vogt|example\.org|asthma/i);

    const restored = await restoring.restore(tenant, subject, fields);
    expect(restored.reveal().unknown).toBe(0);
    expect(restored.reveal().value).toMatchObject({
      ContactName: CASE['ContactName'],
      Description: CASE['Description'],
    });
    expect(classified!.highestSensitivity).toBe('Confidential');
    expect(classified!.categories).toEqual(['contact', 'demographic', 'free-text', 'none']);
  });

  it('tells of every field what it is and what was done, in labels and facts free of personal data', async () => {
    const id = eventId('atlas', '/test', 'c-1');
    const [fact] = await facts(id, 'classified');
    const actions = Object.fromEntries(fact!.fields.map(({ name, action }) => [name, action]));
    expect(actions).toEqual({
      Subject: 'keep',
      Description: 'keep',
      Origin: 'keep',
      ContactName: 'pseudonymise',
      ContactEmail: 'drop',
      BirthDate: 'generalise',
      Diagnosis__c: 'drop',
      'unlisted-1': 'drop',
    });
    expect(fact!.fields.find(({ name }) => name === 'Description')!.entities).toEqual({
      PERSON: 2,
      EMAIL_ADDRESS: 1,
    });
    expect(fact).toMatchObject({ traceId: '1'.repeat(32), purposeVersion: 1, catalogVersion: 1 });
    for (const topic of [topics.fact, topics.classified])
      for (const bytes of await cell.read(topic, RAW))
        expect(bytes.toString('latin1')).not.toMatch(/lena|vogt|asthma/i);
  });

  it('drops a delivery that comes again, whatever comes between, and says so', async () => {
    const record = await received('c-2', Buffer.from(JSON.stringify(CASE)));
    await send(record);
    await send(await received('c-3', Buffer.from(JSON.stringify(CASE))));
    await send(record);
    expect(await facts(record.eventId, 'duplicate')).toHaveLength(1);
    expect(await facts(record.eventId, 'classified')).toHaveLength(1);
  });

  it('goes on with its own delivery when a process ended between its claim and the commit', async () => {
    const record = await received('c-4', Buffer.from(JSON.stringify(CASE)));
    await service.stop();
    await send(record);
    const delivery = await deliveryOf(record.eventId);
    const ledger = await EventLedger.open(classifierDatabase);
    expect(await ledger.isFirst(delivery)).toBe(true);
    await send(record);

    await start();
    expect(await facts(record.eventId, 'duplicate')).toHaveLength(1);
    const classified = await facts(record.eventId, 'classified');
    expect(classified).toHaveLength(1);
    expect(classified[0]!.factId).toContain(`${delivery.topic}/${delivery.partition}/${delivery.offset}`);
  });

  it('finds one first delivery of each event, however many processes ask at once', async () => {
    const ledgers = await Promise.all([1, 2, 3].map(() => EventLedger.open(classifierDatabase)));
    const deliveries = Array.from({ length: 600 }, (_, n) => ({
      eventId: `evt-${n % 40}`,
      topic: topics.record,
      partition: n % 4,
      offset: BigInt(n),
    }));
    const ask = () =>
      Promise.all(deliveries.map((delivery, n) => ledgers[n % ledgers.length]!.isFirst(delivery)));
    const first = await ask();
    expect(first.filter(Boolean)).toHaveLength(40);
    expect(await ask()).toEqual(first);
  });

  it('holds a record whose purpose nobody has published, and takes it when it is released', async () => {
    const record = await received('c-5', Buffer.from(JSON.stringify(CASE)), 'case-forecast');
    await send(record);
    const [fact] = await facts(record.eventId, 'held');
    expect(fact!.reason).toBe('purpose-unknown');
    const held = await cell.await(topics.held, EVENT_TYPES.held, 1);
    const released = EVENT_TYPES.received.decode(held[0]!.original);
    expect(released).toEqual(record);
    await cell.publish('purpose', 'atlas/case-forecast', { ...PURPOSE, id: 'case-forecast' });
    await send(await received('c-8', Buffer.from(JSON.stringify(CASE)), 'case-forecast'));
    await send(released);
    expect(await facts(record.eventId, 'classified')).toHaveLength(1);
  });

  it.each([
    ['is not JSON', Buffer.from('{"Subject":'), 'record-undecodable'],
    ['is not an object', Buffer.from('[1]'), 'record-undecodable'],
    ['is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'record-undecodable'],
    ['has no field that the purpose names', Buffer.from('{"Diagnosis__c":"asthma"}'), 'event-empty'],
  ])('dead-letters a record whose content %s', async (name, content, code) => {
    const record = await received(name, content);
    await send(record);
    const [fact] = await facts(record.eventId, 'dead-lettered');
    expect(fact!.reason).toBe(code);
  });

  it('dead-letters and reports a record that was moved to another event, and goes on', async () => {
    const record = await received('c-6', Buffer.from(JSON.stringify(CASE)));
    const moved = { ...record, eventId: eventId('atlas', '/test', 'c-7') };
    await send(moved);
    const [fact] = await facts(moved.eventId, 'violation');
    expect(fact!.reason).toBe('seal-broken');
    await send(record);
    expect(await facts(record.eventId, 'classified')).toHaveLength(1);
  });

  it.each([
    ['a French contact', { Title: 'Buyer', MailingCountry: 'France' }, 'eu'],
    ['a contact of whom nobody knows where', { Title: 'Buyer' }, 'unknown'],
  ])('R1 says whose law %s is under, and not where the contact lives', async (name, fields, jurisdiction) => {
    const purpose = {
      ...PURPOSE,
      id: 'contact-note',
      object: 'Contact',
      fields: { Title: { action: 'keep' as const } },
    };
    await cell.publish('purpose', 'atlas/contact-note', purpose);
    const record = await received(name, Buffer.from(JSON.stringify(fields)), 'contact-note', 'Contact');
    await send(record);
    expect(await facts(record.eventId, 'classified')).toHaveLength(1);
    const all = await cell.read(topics.classified, EVENT_TYPES.classified);
    const classified = all.find(({ eventId: id }) => id === record.eventId);
    expect(classified?.subjectJurisdiction).toBe(jurisdiction);
    for (const bytes of await cell.read(topics.classified, RAW)) expect(bytes.includes('France')).toBe(false);
  });

  it('holds a record whose purpose looks for what nobody knows, and says for what', async () => {
    const id = 'case-odd';
    await cell.publish('purpose', `atlas/${id}`, { ...PURPOSE, id, detection: { entities: ['PERSONN'] } });
    const record = await received('c-9', Buffer.from(JSON.stringify(CASE)), id);
    await send(record);
    const [fact] = await facts(record.eventId, 'held');
    expect(fact!.reason).toBe('config-invalid');
    const held = (await cell.read(topics.held, EVENT_TYPES.held)).find(
      ({ eventId: of }) => of === record.eventId,
    );
    expect(held!.detail).toContain('purpose atlas/case-odd looks for PERSONN');
  });

  it('R2 reports a listed field that begins to hold other data, and lets its records go on', async () => {
    const drifting = Array.from({ length: 100 }, (_, n) =>
      Buffer.from(JSON.stringify({ ...CASE, Product__c: `lena.vogt${n}@example.org` })),
    );
    const records = await Promise.all(drifting.map((fields, n) => received(`drift-${n}`, fields)));
    await Promise.all(records.map(send));
    const ids = new Set(records.map(({ eventId: id }) => id));
    const classified = async (): Promise<number> =>
      (await cell.facts()).filter(({ kind, eventId: id }) => kind === 'classified' && ids.has(id)).length;
    await expect.poll(classified, { timeout: 30_000 }).toBe(records.length);
    const found = (await cell.read(topics.violation, EVENT_TYPES.violation)).filter(({ eventId: id }) =>
      ids.has(id),
    );
    expect(found.map(({ code, detail }) => [code, detail])).toEqual([
      ['field-drifted', 'Case.Product__c has begun to hold EMAIL_ADDRESS; review the field catalog'],
    ]);
  }, 60_000);

  it('explains a record to an administrator over gRPC, to nobody else, and writes nothing', async () => {
    const ask = async (workload: string): Promise<ClassifyResponse> => {
      const client = createClient(
        ClassifierServiceClient,
        grpc,
        readTls(readConfig(await environment(workload))),
      );
      try {
        const question = { tenant: 'atlas', purpose: 'case-triage', object: 'Case' };
        const fieldsJson = Buffer.from(JSON.stringify(CASE));
        return await answerOf<ClassifyResponse>((done) => client.classify({ ...question, fieldsJson }, done));
      } finally {
        client.close();
      }
    };
    const before = (await cell.facts()).length;
    const { fields, highestSensitivity } = await ask('administrator');
    expect(highestSensitivity).toBe('Confidential');
    const description = fields.find(({ name }) => name === 'Description')!;
    expect(description.keptJson).not.toMatch(/lena|vogt/i);
    expect(description.findings.map(({ entity }) => entity)).toContain('EMAIL_ADDRESS');
    expect(fields.find(({ name }) => name === 'Diagnosis__c')).toMatchObject({
      action: 'drop',
      keptJson: '',
    });
    for (const workload of ['ingest', 'classifier', 'auditor'])
      await expect(ask(workload)).rejects.toMatchObject({ category: 'denied' });
    expect((await cell.facts()).length).toBe(before);
  });
});
