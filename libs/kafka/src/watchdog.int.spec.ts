import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  EVENT_TYPES,
  kafkaPrefix,
  kafkaPrincipal,
  topicNames,
  type RecordReceived,
} from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { TestBroker } from '@bailiwick/testing';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Cluster } from './cluster.js';
import { readTopic } from './read-topic.js';
import { relayTo } from './relay.js';
import { TEST_CELL, sampleMessage } from './sample.test-kit.js';
import { StageRunner } from './stage-runner.js';
import { emit, type Stage } from './stage.js';
import { TransactionalProducer } from './transactional-producer.js';

const PROGRAM = fileURLToPath(new URL('../dist/service-process.test-kit.js', import.meta.url));
const NAMES = topicNames('eu');
const CLASSIFIER = { region: TEST_CELL.region, workload: 'classifier' };
/** What a test of this file takes for a stall. */
const STALLED_AFTER_MS = 1500;

let broker: TestBroker;
let admin: Cluster;
let producer: TransactionalProducer;
beforeAll(async () => {
  broker = await TestBroker.start();
  await broker.prepare(TEST_CELL);
  admin = await broker.admin();
  producer = await TransactionalProducer.open(admin, 'feeder');
});
afterAll(async () => {
  await producer.close();
  await broker.stop();
});

const feed = (key: number, n: number): Promise<void> =>
  producer.commit([sampleMessage(NAMES.record, key, n)], null);
const arrives = (topic: string, id: string): Promise<void> =>
  expect
    .poll(
      async () => (await readTopic(admin, topic)).map(({ message }) => String(message.headers?.['ce_id'])),
      { timeout: 60_000, interval: 250 },
    )
    .toContain(id);

/** Takes from the classifier the grant to read its topic. */
async function revoke(): Promise<void> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const client = admin.admin();
  await client.connect();
  const { filterResponses } = await client.deleteAcls({
    filters: [
      {
        resourceType: AclResourceTypes.TOPIC,
        resourceName: NAMES.record,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: kafkaPrincipal(CLASSIFIER),
        host: '*',
        operation: AclOperationTypes.READ,
        permissionType: AclPermissionTypes.ALLOW,
      },
    ],
  });
  await client.disconnect();
  expect(filterResponses[0]?.matchingAcls).toHaveLength(1);
}

describe('a stage that does not get on is not ready, and is again when it does:', () => {
  const handOn: Stage<RecordReceived> = (message) =>
    Promise.resolve([emit({ topic: NAMES.classified, type: EVENT_TYPES.received, message, fact: null })]);
  let runner: StageRunner<RecordReceived>;
  afterEach(() => runner.stop());

  async function run(stage: Stage<RecordReceived>): Promise<void> {
    runner = new StageRunner<RecordReceived>(
      {
        cluster: await broker.cluster('classifier'),
        cell: TEST_CELL,
        logger: SILENT,
        seal: null,
        onFatal: (error) => expect.fail(String(error)),
        stalledAfterMs: STALLED_AFTER_MS,
        sessionTimeoutMs: 3000,
      },
      { name: 'classify', topics: [NAMES.record], type: EVENT_TYPES.received, concurrency: 8, stage },
    );
    await runner.start();
    await runner.ready();
  }
  const says = (problem: string | RegExp | null): Promise<void> => {
    const said = expect.poll(() => runner.check.problem(), { timeout: 60_000, interval: 100 });
    return problem instanceof RegExp ? said.toMatch(problem) : said.toBe(problem);
  };

  it('not one that has nothing to do', async () => {
    await run(handOn);
    const seen = new Set<string | null>();
    for (const end = Date.now() + 3 * STALLED_AFTER_MS; Date.now() < end; await sleep(50))
      seen.add(runner.check.problem());
    expect([...seen]).toEqual([null]);
  });

  it('one whose broker keeps its connections and answers nothing', async () => {
    await run(handOn);
    const { pid } = broker.process;
    if (pid === undefined) throw new Error('the broker does not run');
    process.kill(pid, 'SIGSTOP');
    try {
      await says('the consumer fetches no more');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await feed(1, 1);
    await arrives(NAMES.classified, 'evt-1-1');
    await says(null);
  });

  it('one whose grant is taken away', async () => {
    await run(handOn);
    await revoke();
    await says(`the broker refuses this identity on ${NAMES.record}`);
    await broker.prepare(TEST_CELL);
    await feed(3, 1);
    await arrives(NAMES.classified, 'evt-3-1');
    await says(null);
  });

  it('one that a record never comes out of', async () => {
    const stuck = Promise.withResolvers<void>();
    await run(async (record, context) => {
      await stuck.promise;
      return handOn(record, context);
    });
    await feed(2, 1);
    await says(/^lane [01] makes no progress$/);
    stuck.resolve();
    await arrives(NAMES.classified, 'evt-2-1');
    await says(null);
  });
});

describe('a stage stops within its grace', () => {
  it.each([
    ['its own broker', (away: Cluster, home: Cluster) => ({ own: away, other: home })],
    ['the broker that it relays to', (away: Cluster, home: Cluster) => ({ own: home, other: away })],
  ])('while %s is away', async (_which, places) => {
    const home = await broker.cluster('residency-router');
    const { identity } = home;
    const tls = await broker.credentials(identity);
    const away = new Cluster({ identity, brokers: ['127.0.0.1:1'], tls, logger: SILENT });
    const { own, other } = places(away, home);
    const relay = new StageRunner(
      {
        cluster: own,
        cell: TEST_CELL,
        logger: SILENT,
        seal: null,
        onFatal: (error) => expect.fail(String(error)),
      },
      {
        name: 'checkpoint.us-east',
        topics: [NAMES.border('us')],
        type: EVENT_TYPES.border,
        concurrency: 8,
        stage: () => Promise.resolve([]),
      },
      relayTo(own, { cluster: other, cursorTopic: topicNames('us').cursor('residency-router') }),
    );
    await relay.start();
    await sleep(500);
    expect(relay.problem()).not.toBeNull();
    const began = performance.now();
    await relay.stop();
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe('a service ends, and says so by its exit code, when going on would be wrong:', () => {
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  /** Moves the group past what ended the service before it, once the coordinator has given that one up. */
  async function skipAll(): Promise<void> {
    const client = admin.admin();
    await client.connect();
    const ends = await client.fetchTopicOffsets(NAMES.record);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    const groupId = `${kafkaPrefix(CLASSIFIER)}classify`;
    await expect
      .poll(() => client.setOffsets({ groupId, topic: NAMES.record, partitions }).then(() => 'moved'), {
        timeout: 30_000,
        interval: 500,
      })
      .toBe('moved');
    await client.disconnect();
  }

  /** Starts the service in a process of its own; resolves when it is ready. */
  async function start(): Promise<{ readonly exit: () => Promise<unknown>; readonly log: () => string }> {
    await skipAll();
    const path = (name: string): string => join(broker.folder, name);
    const { cert, key, ca } = await broker.credentials(CLASSIFIER);
    const files = { 'cert.pem': cert, 'key.pem': key, 'ca.pem': ca, 'cell.yaml': JSON.stringify(TEST_CELL) };
    for (const [name, text] of Object.entries(files)) await writeFile(path(name), text);
    const child = spawn(process.execPath, [PROGRAM], {
      env: {
        PATH: process.env['PATH'],
        BAILIWICK_REGION: CLASSIFIER.region,
        BAILIWICK_WORKLOAD: CLASSIFIER.workload,
        BAILIWICK_HTTP_PORT: '0',
        BAILIWICK_GRPC_PORT: '0',
        BAILIWICK_TLS_CERT: path('cert.pem'),
        BAILIWICK_TLS_KEY: path('key.pem'),
        BAILIWICK_TLS_CA: path('ca.pem'),
        BAILIWICK_CELL_FILE: path('cell.yaml'),
        BAILIWICK_KAFKA_BROKERS: broker.address,
        BAILIWICK_TRUST_FILE: 'unused',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    let log = '';
    child.stdout?.on('data', (text: Buffer) => (log += text.toString()));
    await expect
      .poll(
        async () => {
          const url = /"url":"([^"]+)"/.exec(log)?.[1];
          return url !== undefined && (await fetch(`${url}/health/ready`)).status === 200;
        },
        { timeout: 30_000, interval: 100 },
      )
      .toBe(true);
    return {
      exit: async () =>
        child.exitCode ?? (await once(child, 'exit', { signal: AbortSignal.timeout(30_000) }))[0],
      log: () => log,
    };
  }

  it('what it was given was tampered with', async () => {
    const { exit, log } = await start();
    await feed(15, 1);
    expect(await exit()).toBe(1);
    expect(log()).toContain('seal-broken');
    await arrives(NAMES.violation, 'evt-15-1');
  });

  it('an error came up that nobody handles', async () => {
    const { exit, log } = await start();
    await feed(14, 1);
    expect(await exit()).toBe(1);
    expect(log()).toContain('"cause":"TypeError"');
    expect(log()).not.toContain('seal-broken');
  });
});
