import { createPrivateKey } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CONTROL_REGION,
  EVENT_TYPES,
  partitionKey,
  toHeaders,
  topicNames,
  type EventType,
  type Fact,
  type Identity,
} from '@bailiwick/contracts';
import type { CellSpec, ControlBody, ControlKind } from '@bailiwick/domain';
import {
  Cluster,
  ControlPublisher,
  TransactionalProducer,
  readTopic,
  type RecordAttributes,
} from '@bailiwick/kafka';
import { BailiwickError, SILENT } from '@bailiwick/platform';
import {
  CONTROL_DATABASE,
  CertificateAuthority,
  KeyMaterial,
  Ports,
  kafkaBroker,
  postgresServer,
  provisionControlDatabase,
  provisionBroker,
  provisionDatabase,
  readSigningKey,
  type ManagedProcess,
} from '@bailiwick/stack';
import { ownProcesses } from './own-processes.js';

const CONTROL_PLANE: Identity = { region: CONTROL_REGION, workload: 'control-plane' };

/** A cell of a test: real broker, real database, keys, grants; no service. */
export interface TestCell {
  readonly spec: CellSpec;
  /** `host:port` of the broker. */
  readonly broker: string;
  readonly brokerProcess: ManagedProcess;
  readonly databaseProcess: ManagedProcess;
  /** Everything that a service of the cell reads from its environment, with the certificate of its workload. */
  readonly environment: (workload: string) => Promise<Record<string, string>>;
  /** The broker as a workload of the cell sees it. */
  readonly cluster: (workload: string) => Promise<Cluster>;
  /** Publishes a thing as the control-plane does. */
  readonly publish: <K extends ControlKind>(
    kind: K,
    id: string,
    body: ControlBody<K> | null,
  ) => Promise<void>;
  /** Writes a message as a workload of the cell; `replayOf` is the delivery that it repeats at an operator's command. */
  readonly write: <T extends RecordAttributes>(
    workload: string,
    topic: string,
    type: EventType<T>,
    message: T,
    replayOf?: string,
  ) => Promise<void>;
  /** Everything that a topic holds, read as the auditor, in no order over partitions. */
  readonly read: <T>(topic: string, type: EventType<T>) => Promise<readonly T[]>;
  /** Every fact that the cell's fact topic holds, in no order over partitions. */
  readonly facts: () => Promise<readonly Fact[]>;
  /** Waits until the topic holds this many messages, and gives them. */
  readonly await: <T>(topic: string, type: EventType<T>, count: number) => Promise<readonly T[]>;
}

/** Cells for one test file, with one authority and one trust bundle. */
export class TestMesh {
  private constructor(
    readonly cells: readonly TestCell[],
    readonly keys: KeyMaterial,
    private readonly folder: string,
    private readonly publishers: readonly ControlPublisher[],
    private readonly processes: readonly ManagedProcess[],
    private readonly parts: Parts,
  ) {}

  /** Starts a broker and a database for every cell, and prepares topics, grants and keys. */
  static async start(specs: readonly CellSpec[]): Promise<TestMesh> {
    // The database's own user must reach its folder, so it is not in the private temporary folder.
    const folder = await mkdtemp('/var/tmp/bailiwick-mesh-');
    await chmod(folder, 0o755);
    const authority = await CertificateAuthority.open(join(folder, 'ca'));
    const keys = new KeyMaterial(join(folder, 'keys'));
    const routers = specs.map(({ region }) => ({ region, workload: 'residency-router' }));
    const parts = {
      folder,
      authority,
      keys,
      trustFile: await keys.trustBundle(specs, [CONTROL_PLANE, ...routers]),
      ports: new Ports(),
      publishers: [] as ControlPublisher[],
      processes: [] as ManagedProcess[],
    };
    for (const { region, pools } of specs) for (const { id } of pools) await keys.pool(region, id);
    const starting = await Promise.allSettled(specs.map((spec) => startCell(spec, specs, parts)));
    const cells = starting.flatMap((cell) => (cell.status === 'fulfilled' ? [cell.value] : []));
    const mesh = new TestMesh(cells, keys, folder, parts.publishers, parts.processes, parts);
    const failed = starting.find((cell) => cell.status === 'rejected');
    if (!failed) return mesh;
    await mesh.stop();
    throw failed.reason;
  }

  /**
   * What a control-plane of these cells reads from its environment, but for where people sign in and what it is founded
   * with. Its store is on the first cell's server.
   */
  async controlPlaneEnvironment(): Promise<Record<string, string>> {
    const { authority, trustFile, ports } = this.parts;
    const tls = await authority.issue(CONTROL_PLANE);
    const deployed = this.cells.map(async ({ spec: { region, jurisdiction, pools }, broker }) => {
      const keys = pools.map(async ({ id }) => [id, (await this.keys.pool(region, id)).publicKey] as const);
      return {
        region,
        jurisdiction,
        brokers: [broker],
        ingestHttp: 'https://127.0.0.1:1',
        ingestGrpc: '127.0.0.1:1',
        pools: Object.fromEntries(await Promise.all(keys)),
      };
    });
    const cellsFile = join(this.folder, 'cells.json');
    await writeFile(cellsFile, JSON.stringify(await Promise.all(deployed)));
    const first = await this.cells[0]?.environment('auditor');
    return {
      BAILIWICK_REGION: CONTROL_PLANE.region,
      BAILIWICK_WORKLOAD: CONTROL_PLANE.workload,
      BAILIWICK_HTTP_PORT: '0',
      BAILIWICK_API_PORT: '0',
      BAILIWICK_CREDENTIALS_PORT: '0',
      BAILIWICK_SEALING_KEY_FILE: await this.keys.sealing(),
      BAILIWICK_GRPC_PORT: String(await ports.claim('control-plane', 0)),
      BAILIWICK_TLS_CERT: tls.certificate,
      BAILIWICK_TLS_KEY: tls.key,
      BAILIWICK_TLS_CA: tls.authority,
      BAILIWICK_TRUST_FILE: trustFile,
      BAILIWICK_CELLS_FILE: cellsFile,
      BAILIWICK_SIGNING_KEY_FILE: (await this.keys.signing(CONTROL_PLANE)).file,
      BAILIWICK_DATABASE_PORT: first?.['BAILIWICK_DATABASE_PORT'] ?? '',
      BAILIWICK_DATABASE_NAME: CONTROL_DATABASE,
      BAILIWICK_LOG_LEVEL: 'error',
    };
  }

  /** Stops everything and removes what it wrote. */
  async stop(): Promise<void> {
    await Promise.all(this.publishers.map((publisher) => publisher.stop()));
    // Brokers take seconds to end politely, which is for disks that somebody will read again.
    const brokers = new Set(this.cells.map(({ brokerProcess }) => brokerProcess));
    await Promise.all(
      this.processes.map((each) => (brokers.has(each) ? each.discard() : each.stop().then(() => undefined))),
    );
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface Parts {
  readonly folder: string;
  readonly authority: CertificateAuthority;
  readonly keys: KeyMaterial;
  readonly trustFile: string;
  readonly ports: Ports;
  readonly publishers: ControlPublisher[];
  readonly processes: ManagedProcess[];
}

/** A broker applies new grants a moment after it has confirmed them. */
async function granted(start: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (thrown) {
      if (BailiwickError.from(thrown).code !== 'topic-forbidden' || attempt > 50) throw thrown;
      await sleep(100);
    }
  }
}

async function startCell(spec: CellSpec, specs: readonly CellSpec[], parts: Parts): Promise<TestCell> {
  const { authority, keys, trustFile, ports, publishers, processes } = parts;
  const { region } = spec;
  const folder = join(parts.folder, region);
  const port = await ports.claim('kafka', 0);
  const controllerPort = await ports.claim('controller', 0);
  const databasePort = await ports.claim('postgres', 0);
  const table = await ownProcesses();
  const brokerProcess = await kafkaBroker({
    brief: true,
    region,
    folder: join(folder, 'kafka'),
    port,
    controllerPort,
    authority,
    table,
  });
  const database = await postgresServer({
    region,
    folder: join(folder, 'postgres'),
    port: databasePort,
    authority,
    logFile: join(folder, 'postgres.log'),
    table,
  });
  processes.push(brokerProcess, database.process);
  await Promise.all([
    brokerProcess.start(),
    database.process.start().then(async () => {
      await provisionDatabase(database);
      if (spec === specs[0]) await provisionControlDatabase(database);
    }),
  ]);
  await provisionBroker(
    spec,
    specs.filter((other) => other !== spec),
    port,
    authority,
  );
  const cellFile = join(folder, 'cell.json');
  await writeFile(cellFile, JSON.stringify(spec));

  const broker = `127.0.0.1:${port}`;
  const clusterAs = async (identity: Identity): Promise<Cluster> => {
    const files = await authority.issue(identity);
    const [cert = '', key = '', ca = ''] = await Promise.all(
      [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
    );
    return new Cluster({ identity, brokers: [broker], tls: { cert, key, ca }, logger: SILENT });
  };
  const cluster = (workload: string): Promise<Cluster> => clusterAs({ region, workload });
  const { kid, ...jwk } = await readSigningKey((await keys.signing(CONTROL_PLANE)).file);
  const publisher = new ControlPublisher(await clusterAs(CONTROL_PLANE), spec.jurisdiction, {
    key: createPrivateKey({ format: 'jwk', key: jwk }),
    kid,
  });
  await granted(() => publisher.start());
  publishers.push(publisher);
  let sequence = 0;

  const read = async <T>(topic: string, type: EventType<T>): Promise<readonly T[]> =>
    (await readTopic(await cluster('auditor'), topic)).flatMap(({ message }) =>
      message.value ? [type.decode(message.value)] : [],
    );
  return {
    spec,
    broker,
    brokerProcess,
    databaseProcess: database.process,
    cluster,
    read,
    facts: async () =>
      (await read(topicNames(spec.jurisdiction).fact, EVENT_TYPES.facts)).flatMap(({ facts }) => facts),
    environment: async (workload) => {
      const tls = await authority.issue({ region, workload });
      return {
        BAILIWICK_REGION: region,
        BAILIWICK_WORKLOAD: workload,
        BAILIWICK_HTTP_PORT: '0',
        BAILIWICK_GRPC_PORT: String(await ports.claim(`${region}/${workload}`, 0)),
        BAILIWICK_TLS_CERT: tls.certificate,
        BAILIWICK_TLS_KEY: tls.key,
        BAILIWICK_TLS_CA: tls.authority,
        BAILIWICK_CELL_FILE: cellFile,
        BAILIWICK_KAFKA_BROKERS: broker,
        BAILIWICK_TRUST_FILE: trustFile,
        BAILIWICK_CELL_KEY_FILE: (await keys.cell(region)).file,
        ...(workload === 'writeback' && {
          BAILIWICK_SIGNING_KEY_FILE: (await keys.signing({ region, workload })).file,
        }),
        BAILIWICK_DATABASE_PORT: String(databasePort),
        BAILIWICK_LOG_LEVEL: 'error',
      };
    },
    publish: (kind, id, body) =>
      publisher.publish([{ kind, id, sequence: ++sequence, publishedAt: new Date().toISOString(), body }]),
    write: async (workload, topic, type, message, replayOf) => {
      const writer = await cluster(workload);
      const producer = await TransactionalProducer.open(writer, writer.name(`test-${++sequence}`));
      const { eventId, tenant, purpose, subject } = message;
      const headers = toHeaders({
        id: eventId,
        type: type.type,
        source: 'spiffe://test',
        subject,
        time: Date.now(),
        contentType: type.contentType,
        tenant,
        purpose,
        classification: 'MissionCritical',
        traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
        ...(replayOf !== undefined && { replayOf }),
      });
      const value = Buffer.from(type.encode(message));
      await producer.commit([{ topic, key: partitionKey(tenant, subject), value, headers }], null);
      await producer.close();
    },
    await: async (topic, type, count) => {
      for (const deadline = Date.now() + 60_000; ;) {
        const messages = await read(topic, type);
        if (messages.length >= count) return messages;
        if (Date.now() > deadline) throw new Error(`${topic} holds ${messages.length} of ${count} messages`);
      }
    },
  };
}
