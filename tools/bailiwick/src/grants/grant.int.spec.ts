import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { AnalyticsGrant, grantIdentity, topicNames, type KnownProfile } from '@bailiwick/contracts';
import { CellSpec, ResidencyProfile } from '@bailiwick/domain';
import { Cluster } from '@bailiwick/kafka';
import { SILENT } from '@bailiwick/platform';
import { CertificateAuthority, GrantStore, GrantSweeper, REPOSITORY } from '@bailiwick/stack';
import { TestBroker } from '@bailiwick/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { consoleConsumer, pythonWith } from './example-tools.test-kit.js';
import { GrantDesk } from './grant-desk.js';
import type { Handover } from './handover.js';

const CELL = CellSpec.parse({
  region: 'eu-central',
  jurisdiction: 'eu',
  partitions: 1,
  lanes: 1,
  pools: [],
  borders: [],
});
const NAMES = topicNames('eu');
const EXAMPLES = join(REPOSITORY, 'examples', 'analytics');
const PERMITS_US = ResidencyProfile.parse({
  tenant: 'atlas',
  version: 1,
  homeJurisdiction: 'eu',
  homeRegion: 'eu-central',
  permitted: [
    { jurisdiction: 'us', transferBasis: 'scc', documentReference: 'SCC-1', highestSensitivity: 'Internal' },
  ],
  isolation: 'shared',
  contractReference: 'AT-1',
  acknowledgement: { by: 'M', at: '2026-01-01T00:00:00Z', textDigest: 'a'.repeat(64) },
});

let folder: string;
let broker: TestBroker;
let authority: CertificateAuthority;
let desk: GrantDesk;
let store: GrantStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-grants-'));
  broker = await TestBroker.start('eu-central');
  await broker.prepare(CELL);
  authority = await CertificateAuthority.open(join(broker.folder, 'ca'));
  store = new GrantStore(join(folder, 'grants.json'));
  const known = (tenant: string): KnownProfile => ({
    profile: tenant === 'atlas' ? PERMITS_US : undefined,
    asOf: Date.now(),
  });
  desk = new GrantDesk({
    cell: CELL,
    cluster: await broker.admin(),
    brokers: [broker.address],
    consumers: await authority.consumers(),
    authority: authority.file,
    store,
    known,
  });
});
afterAll(async () => {
  await broker?.stop();
  await rm(folder, { recursive: true, force: true });
});

const ask = (change: Partial<AnalyticsGrant> = {}): AnalyticsGrant =>
  AnalyticsGrant.parse({
    id: 'bi-team',
    consumer: 'Business intelligence',
    region: 'eu-central',
    topics: ['outcome'],
    jurisdiction: 'eu',
    expires: new Date(Date.now() + 86_400_000).toISOString(),
    ...change,
  });
const give = (grant: AnalyticsGrant): Promise<Handover> => desk.give(grant, join(folder, grant.id));

/** The cell's cluster as the bearer of a handed-over folder. */
async function bearer({ folder: home }: Handover, id: string): Promise<Cluster> {
  const [cert = '', key = '', ca = ''] = await Promise.all(
    ['certificate.pem', 'key.pem', 'authority.pem'].map((file) => readFile(join(home, file), 'utf8')),
  );
  const identity = grantIdentity({ id, region: 'eu-central' });
  return new Cluster({ identity, brokers: [broker.address], tls: { cert, key, ca }, logger: SILENT });
}

/** Writes to a topic as lineage. */
async function write(topic: string, values: readonly string[]): Promise<void> {
  const producer = (await broker.cluster('lineage')).producers.producer();
  await producer.connect();
  const messages = values.map((value) => ({ key: 'k', value }));
  // A grant takes a moment to reach the broker that checks it.
  await vi.waitFor(() => producer.send({ topic, messages }), { timeout: 10_000, interval: 100 });
  await producer.disconnect();
}

/** What the bearer of a folder is told of a topic. */
async function look(cluster: Cluster, topic: string): Promise<string> {
  const admin = cluster.consumers.admin({ retry: { retries: 0 } });
  try {
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    return 'allowed';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    await admin.disconnect();
  }
}

/** How the broker takes a new connection with a folder's certificate: `open`, or the code with which it ends it. */
async function handshake({ folder: home }: Handover): Promise<string> {
  const [cert, key, ca] = await Promise.all(
    ['certificate.pem', 'key.pem', 'authority.pem'].map((file) => readFile(join(home, file))),
  );
  const [host = '', port = ''] = broker.address.split(':');
  const socket = connect({ host, port: Number(port), cert, key, ca });
  try {
    // With TLS 1.3 a client hears only afterwards that its certificate was refused.
    return await Promise.race([
      new Promise<string>((done) =>
        socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message)),
      ),
      sleep(3000, 'open'),
    ]);
  } finally {
    socket.destroy();
  }
}

/** Reads on until it is stopped; what it has read, and how it crashed. */
async function reading(cluster: Cluster, { topics, group }: Handover) {
  const seen: string[] = [];
  let crash = '';
  const consumer = cluster.consumers.consumer({
    groupId: group,
    maxWaitTimeInMs: 100,
    retry: { retries: 0 },
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => void (crash = payload.error.message));
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => Promise.resolve(void seen.push(String(message.value))),
  });
  return { seen, crash: () => crash, stop: () => consumer.disconnect() };
}

describe('a grant', () => {
  test('promise 2: reads its own topic, and nothing else of the mesh', async () => {
    const handover = await give(ask());
    expect(handover.topics).toEqual(['eu.analytics.outcome.bi-team.v1']);
    await write(handover.topics[0] ?? '', ['one']);
    const cluster = await bearer(handover, 'bi-team');
    const reader = await reading(cluster, handover);
    await vi.waitFor(() => expect(reader.seen).toEqual(['one']), 10_000);
    await reader.stop();
    await give(ask({ id: 'risk' }));
    for (const topic of [NAMES.outcome, NAMES.grantedOutcome('risk'), NAMES.fact, NAMES.record])
      expect(await look(cluster, topic)).toMatch(/authoriz/i);
    // No service, database or pool trusts the authority of consumers.
    const pem = await readFile(join(handover.folder, 'certificate.pem'), 'utf8');
    const mesh = new X509Certificate(await readFile(authority.file, 'utf8'));
    expect(new X509Certificate(pem).verify(mesh.publicKey)).toBe(false);
  });

  test('given again keeps its key, so that pseudonyms stay; given anew after its end has another', async () => {
    const keyOf = async (): Promise<string | undefined> =>
      (await store.all()).find(({ id }) => id === 'again')?.key;
    await give(ask({ id: 'again' }));
    const first = await keyOf();
    await give(ask({ id: 'again' }));
    expect(await keyOf()).toBe(first);
    expect((await stat(join(folder, 'grants.json'))).mode & 0o077).toBe(0);
    await desk.withdraw('again');
    await give(ask({ id: 'again' }));
    expect(await keyOf()).not.toBe(first);
  });

  test('promise 1: for another jurisdiction is refused without a basis, and nothing is made', async () => {
    const abroad = ask({ id: 'abroad', jurisdiction: 'us', tenants: ['atlas', 'nordlicht'] });
    await expect(give(abroad)).rejects.toThrow(/refused \(no-profile\).*nordlicht/);
    await expect(give({ ...abroad, tenants: undefined } as never)).rejects.toThrow('tenant-not-granted');
    expect((await store.all()).map(({ id }) => id)).not.toContain('abroad');
    const admin = (await broker.admin()).admin();
    await admin.connect();
    expect(await admin.listTopics()).not.toContain(NAMES.grantedOutcome('abroad'));
    await admin.disconnect();
    await expect(give({ ...abroad, tenants: ['atlas'] })).resolves.toMatchObject({
      topics: [NAMES.grantedOutcome('abroad')],
    });
  });

  test('that is over makes no new connection, and once swept a connection that stands reads nothing', async () => {
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000);
    const handover = await give(ask({ id: 'short', expires: until.toISOString() }));
    const topic = handover.topics[0] ?? '';
    await write(topic, ['before']);
    const reader = await reading(await bearer(handover, 'short'), handover);
    await vi.waitFor(() => expect(reader.seen).toEqual(['before']), 10_000);
    await sleep(Math.max(0, until.getTime() - Date.now()) + 100);
    expect(await handshake(handover)).toMatch(/CERTIFICATE/);
    // Kafka asks for a certificate once a connection: this is why lineage stops writing, and why there is a sweep.
    await write(topic, ['after']);
    await vi.waitFor(() => expect(reader.seen).toEqual(['before', 'after']), 10_000);
    expect((await desk.sweep()).map(({ id }) => id)).toEqual(['short']);
    await vi.waitFor(() => expect(reader.crash()).toMatch(/authoriz|host this topic|unknown/i), 10_000);
    await reader.stop();
    expect((await store.all()).map(({ id }) => id)).not.toContain('short');
  });
});

/** Topics and principals of the broker that a grant has made. */
async function leftOf(id: string): Promise<readonly string[]> {
  const admin = (await broker.admin()).admin();
  await admin.connect();
  try {
    // ANY, of each of Kafka's codes.
    const any = { resourceType: 1, resourcePatternType: 1, operation: 1, permissionType: 1 };
    const { resources } = await admin.describeAcls(any);
    const principals = resources.flatMap(({ acls }) => acls.map(({ principal }) => principal));
    return [...(await admin.listTopics()), ...new Set(principals)].filter((name) => name.includes(id));
  } finally {
    await admin.disconnect();
  }
}

describe('a grant in a running stack', () => {
  test('that is over is ended by nobody’s doing: its topic, its grants of the broker and its key', async () => {
    const ending = { cell: CELL, cluster: await broker.admin(), store };
    const said: string[] = [];
    await give(ask({ id: 'kept' }));
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
    await give(ask({ id: 'passing', expires: until.toISOString() }));
    expect(await leftOf('passing')).toEqual([
      NAMES.grantedOutcome('passing'),
      'User:eu-central/consumer.passing',
    ]);
    const sweeper = GrantSweeper.start(ending, (line) => said.push(line), 100);
    await vi.waitFor(async () => expect(await leftOf('passing')).toEqual([]), 20_000);
    await vi.waitFor(() => expect(said).toEqual(['eu-central: grant passing was over and is ended']), 5000);
    await sweeper.stop();
    const ids = (await store.all()).map(({ id }) => id);
    expect(ids).toContain('kept');
    expect(ids).not.toContain('passing');
    expect(await leftOf('kept')).toHaveLength(2);
  });

  test('is given and ended by several at the same time, and none is lost', async () => {
    const ids = Array.from({ length: 4 }, (_, n) => `many-${n}`);
    await Promise.all(ids.map((id) => give(ask({ id }))));
    expect((await store.all()).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    await Promise.all(ids.map((id) => desk.withdraw(id)));
    expect((await store.all()).filter(({ id }) => ids.includes(id))).toEqual([]);
  });
});

describe('the examples of docs/analytics.md', () => {
  let handover: Handover;
  beforeAll(async () => {
    handover = await give(ask({ id: 'example' }));
    const lines = (await readFile(join(EXAMPLES, 'sample-outcomes.jsonl'), 'utf8')).trim().split('\n');
    await write(handover.topics[0] ?? '', lines);
  });

  test('Python into DuckDB: a report of outcomes per purpose, and every outcome once', async ({ skip }) => {
    const python = await pythonWith(join(EXAMPLES, 'python', 'requirements.txt'));
    if (!python.ok) return skip(`no Python with confluent-kafka and duckdb: ${python.why}`);
    const report = async (): Promise<string> => {
      const args = [join(EXAMPLES, 'python', 'report.py'), handover.folder, join(folder, 'outcomes.duckdb')];
      return (await promisify(execFile)(python.program, args)).stdout;
    };
    const first = await report();
    expect(first).toContain('6 messages taken');
    expect(first).toMatch(/\| case-triage \| 4 +\| 3 +\| 0 +\| 1 +\| 0 /);
    expect(first).toMatch(/\| triage-small \| eu +\| 639 +\| 0\.000165 \| EUR/);
    expect(first).toMatch(/\| PERSON +\| 10 /);
  });

  test('Java: Kafka’s own console consumer prints the messages', async ({ skip }) => {
    const java = await consoleConsumer();
    if (!java.ok) return skip(`no console consumer of Apache Kafka: ${java.why}`);
    const { stdout } = await promisify(execFile)('java', [
      ...java.args,
      '--bootstrap-server',
      broker.address,
      '--topic',
      handover.topics[0] ?? '',
      '--consumer.config',
      join(handover.folder, 'client.properties'),
      '--group',
      handover.group.replace('default', 'console'),
      '--isolation-level',
      'read_committed',
      '--from-beginning',
      '--max-messages',
      '6',
      '--timeout-ms',
      '20000',
    ]);
    expect(stdout.trim().split('\n')).toEqual(
      (await readFile(join(EXAMPLES, 'sample-outcomes.jsonl'), 'utf8')).trim().split('\n'),
    );
  });
});
