import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  EVENT_TYPES,
  type Fact,
  type Identity,
  partitionKey,
  spiffeId,
  toHeaders,
  topicNames,
  type CloudEvent,
  type EventType,
} from '@bailiwick/contracts';
import { CellSpec } from '@bailiwick/domain';
import { runService, type RunningService } from '@bailiwick/platform';
import {
  CertificateAuthority,
  Ports,
  postgresServer,
  provisionDatabase,
  type PostgresServer,
} from '@bailiwick/stack';
import { TestBroker } from '@bailiwick/testing';
import { SigningKey, openCheckpoint, type Checkpoint } from '@bailiwick/tlog';
import { expect, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { AnalyticsOutcome } from './analytics/analytics-outcome.js';
import { lineage } from './lineage.js';

const CELL_FILE = join(import.meta.dirname, '..', '..', '..', 'infra', 'jurisdictions', 'eu-central.yaml');
export const CELL = CellSpec.parse(parse(readFileSync(CELL_FILE, 'utf8')));
export const NAMES = topicNames('eu');
/** Name of the log of the cell. */
export const ORIGIN = 'eu-central.bailiwick.local/log';
/** Name of its witness, and of the other cell's log. */
export const WITNESS = 'eu-central.bailiwick.local/witness';
export const OTHER_ORIGIN = 'us-east.bailiwick.local/log';

/** Attributes of every event that the tests write. */
export const EVENT: CloudEvent = {
  id: 'evt_none',
  type: EVENT_TYPES.facts.type,
  contentType: EVENT_TYPES.facts.contentType,
  source: 'spiffe://bailiwick.local/eu-central/classifier',
  subject: 'subject-1',
  time: Date.parse('2026-11-01T10:00:00Z'),
  tenant: 'atlas',
  purpose: 'case-triage',
  classification: 'Internal',
  traceparent: null,
};

/** Members of lineage's answers that the tests look at. */
const Answer = z.looseObject({
  outcome: z.string().optional(),
  detail: z.string().optional(),
  steps: z.array(z.looseObject({ kind: z.string(), decision: z.unknown() })).optional(),
  fields: z.array(z.unknown()).optional(),
  events: z.array(z.unknown()).optional(),
  next: z.string().nullish(),
  violations: z.array(z.unknown()).optional(),
});
type Answer = z.infer<typeof Answer>;

/** Workload that reads every tenant. */
export const ADMINISTRATOR = 'administrator';

/** Lineage of one cell on a broker and a database of its own. */
export class LineageKit {
  /** Messages of the analytics topic, as an auditor reads them. */
  readonly outcomes: AnalyticsOutcome[] = [];
  readonly #closing: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly broker: TestBroker,
    readonly postgres: PostgresServer,
    readonly postgresPort: number,
    readonly grpcPort: number,
    /** Of the HTTPS interface. */
    readonly apiPort: number,
    readonly env: Readonly<Record<string, string>>,
    /** Of this cell, and of the other one, which the tests speak for. */
    readonly keys: Readonly<Record<'log' | 'witness' | 'otherLog' | 'otherWitness', SigningKey>>,
    readonly service: RunningService,
  ) {}

  static async start(): Promise<LineageKit> {
    const folder = await mkdtemp('/var/tmp/lineage-spec-');
    await chmod(folder, 0o755);
    const broker = await TestBroker.start('eu-central');
    await broker.prepare(CELL);
    const authority = await CertificateAuthority.open(join(broker.folder, 'ca'));
    const ports = new Ports();
    const port = await ports.claim('postgres', 0);
    const grpcPort = await ports.claim('grpc', 0);
    const apiPort = await ports.claim('api', 0);
    const logFile = join(folder, 'postgres.log');
    const postgres = await postgresServer({
      region: 'eu-central',
      folder: join(folder, 'postgres'),
      port,
      authority,
      logFile,
    });
    await postgres.process.start();
    await provisionDatabase(postgres);
    const tls = await authority.issue({ region: 'eu-central', workload: 'lineage' });
    const keys = {
      log: logKey(ORIGIN, 'note'),
      witness: logKey(WITNESS, 'cosignature'),
      otherLog: logKey(OTHER_ORIGIN, 'note'),
      otherWitness: logKey('us-east.bailiwick.local/witness', 'cosignature'),
    };
    await writeFile(join(folder, 'log.key'), keys.log.secret());
    await writeFile(join(folder, 'witness.key'), keys.witness.secret());
    const logs = [
      {
        region: 'us-east',
        // Nobody is there: a log is published without a witness that is away.
        url: 'http://127.0.0.1:9',
        log: keys.otherLog.verifier.vkey,
        witness: keys.otherWitness.verifier.vkey,
      },
    ];
    await writeFile(join(folder, 'logs.json'), JSON.stringify(logs));
    await writeFile(join(folder, 'trust.json'), JSON.stringify({ signers: {}, cells: {} }));
    const env = {
      BAILIWICK_API_PORT: String(apiPort),
      // Nobody is there: a certificate is judged without it.
      BAILIWICK_OIDC_ISSUER: 'http://127.0.0.1:9',
      BAILIWICK_READ_PEERS: spiffeId({ region: 'eu-central', workload: ADMINISTRATOR }),
      BAILIWICK_REGION: 'eu-central',
      BAILIWICK_WORKLOAD: 'lineage',
      BAILIWICK_HTTP_PORT: '0',
      BAILIWICK_GRPC_PORT: String(grpcPort),
      BAILIWICK_TLS_CERT: tls.certificate,
      BAILIWICK_TLS_KEY: tls.key,
      BAILIWICK_TLS_CA: tls.authority,
      BAILIWICK_LOG_LEVEL: 'error',
      BAILIWICK_CELL_FILE: CELL_FILE,
      BAILIWICK_KAFKA_BROKERS: broker.address,
      BAILIWICK_TRUST_FILE: join(folder, 'trust.json'),
      BAILIWICK_DATABASE_PORT: String(port),
      BAILIWICK_LOG_DIR: join(folder, 'log'),
      BAILIWICK_LOG_KEY_FILE: join(folder, 'log.key'),
      BAILIWICK_WITNESS_KEY_FILE: join(folder, 'witness.key'),
      BAILIWICK_LOGS_FILE: join(folder, 'logs.json'),
      BAILIWICK_CHECKPOINT_MS: '200',
      BAILIWICK_GRANTS_FILE: join(folder, 'grants.json'),
    };
    const service = await runService(lineage(env));
    const kit = new LineageKit(broker, postgres, port, grpcPort, apiPort, env, keys, service);
    kit.#closing.push(() => rm(folder, { recursive: true, force: true }));
    await vi.waitFor(
      async () => expect((await fetch(`${service.url}/health/ready`)).status).toBe(200),
      30_000,
    );
    await kit.#readOutcomes();
    return kit;
  }

  /** Runs before the kit stops, last added first. */
  atEnd(close: () => Promise<unknown>): void {
    this.#closing.push(close);
  }

  async stop(): Promise<void> {
    const [removeFolder, ...others] = this.#closing;
    for (const close of others.toReversed()) await close();
    await this.service.stop();
    await this.postgres.process.stop();
    await this.broker.stop();
    await removeFolder?.();
  }

  /** The newest published checkpoint of the log. */
  async checkpoint(): Promise<Checkpoint> {
    const note = await (await fetch(`${this.service.url}/v1/log/checkpoint`)).text();
    const opened = openCheckpoint(note, ORIGIN, [this.keys.log.verifier]);
    if (!opened.ok) throw new Error(opened.reason);
    return opened.value.checkpoint;
  }

  /** Waits until so many entries are published. */
  grownTo(size: number): Promise<Checkpoint> {
    return vi.waitFor(
      async () => {
        const head = await this.checkpoint();
        expect(head.size).toBeGreaterThanOrEqual(size);
        return head;
      },
      { timeout: 15_000, interval: 50 },
    );
  }

  /** A file of the log as auditors read it; null when there is none. */
  async logFile(path: string): Promise<Uint8Array | null> {
    const { status, bytes } = await this.ask(`/v1/log/${path}`);
    return status === 200 ? bytes : null;
  }

  /** Asks for JSON over HTTPS, as the administrator. */
  async get(path: string): Promise<{ status: number; type: string; body: Answer }> {
    const { status, type, text: body } = await this.ask(path);
    return { status, type, body: Answer.parse(JSON.parse(body)) };
  }

  /** The same, whatever comes. */
  async ask(path: string): Promise<{ status: number; type: string; text: string; bytes: Buffer }> {
    const tls = await this.broker.credentials({ region: 'eu-central', workload: ADMINISTRATOR });
    return new Promise((resolve, reject) => {
      const url = `https://127.0.0.1:${this.apiPort}${path}`;
      const asked = request(url, { ...tls, agent: false }, (answer) => {
        const { statusCode: status = 0, headers } = answer;
        buffer(answer).then(
          (bytes) => resolve({ status, type: headers['content-type'] ?? '', text: String(bytes), bytes }),
          reject,
        );
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  /** How many times the outcome of an event was published. */
  published(id: string): number {
    return this.outcomes.filter(({ eventId }) => eventId === id).length;
  }

  /** Writes facts as a service of the cell would. */
  facts(messages: readonly Fact[]): Promise<void> {
    return this.produce(
      NAMES.fact,
      EVENT_TYPES.facts,
      messages.map((fact) => ({ eventId: fact.eventId, facts: [fact] })),
    );
  }

  /** Writes messages as the classifier, or as another workload. */
  async produce<T>(
    topic: string,
    type: EventType<T>,
    messages: readonly (T & { readonly eventId: string })[],
    { workload, region }: Identity = { region: CELL.region, workload: 'classifier' },
  ): Promise<void> {
    const cluster = await this.broker.cluster(workload, undefined, region);
    const producer = cluster.producers.producer({ idempotent: true });
    await producer.connect();
    const { contentType } = type;
    await producer.send({
      topic,
      messages: messages.map((message) => ({
        key: partitionKey(EVENT.tenant, EVENT.subject),
        value: Buffer.from(type.encode(message)),
        headers: toHeaders({ ...EVENT, id: message.eventId, type: type.type, contentType }),
      })),
    });
    await producer.disconnect();
  }

  async #readOutcomes(): Promise<void> {
    const auditor = await this.broker.cluster('auditor');
    const consumer = auditor.consumers.consumer({ groupId: auditor.name('analytics') });
    await consumer.connect();
    await consumer.subscribe({ topic: NAMES.outcome, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        this.outcomes.push(AnalyticsOutcome.parse(JSON.parse(String(message.value))));
        return Promise.resolve();
      },
    });
    this.atEnd(() => consumer.disconnect());
  }
}

function logKey(name: string, type: 'note' | 'cosignature'): SigningKey {
  const key = SigningKey.generate(name, type);
  if (!key.ok) throw new Error(key.reason);
  return key.value;
}
