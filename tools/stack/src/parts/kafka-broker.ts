import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { KAFKA_PRINCIPAL_RULES, kafkaPrincipal, type Identity } from '@bailiwick/contracts';
import { ManagedProcess, type ProcessSpec } from '../managed-process.js';
import type { ProcessTable } from '../process-table.js';
import { coordinatorsReady } from './broker-readiness.js';
import type { CertificateAuthority } from './certificate-authority.js';
import { kafkaDistribution } from './kafka-distribution.js';

/** Few, because every one of them is loaded before the broker counts as ready. */
const COORDINATOR_PARTITIONS = 5;
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** Workload that makes topics and grants: the only client that the broker does not ask for a grant. */
export const ADMIN_WORKLOAD = 'admin';
const BROKER_WORKLOAD = 'broker';

/** What a broker of a local stack needs to know. */
export interface KafkaBrokerOptions {
  readonly region: string;
  /** Folder of this broker: its data, properties and log. A second start with the same folder keeps all data. */
  readonly folder: string;
  readonly port: number;
  /** Port of the controller, which only the broker itself calls. */
  readonly controllerPort: number;
  readonly authority: CertificateAuthority;
  /** Where standard output goes; by default `<folder>/broker.log`. */
  readonly logFile?: string;
  readonly heapMb?: number;
  readonly table?: ProcessTable;
  readonly say?: (line: string) => void;
}

/**
 * Prepares one Apache Kafka broker (KRaft, broker and controller in one process): TLS with required client
 * certificates on every listener, deny by default. The first time it formats the data folder.
 */
export async function kafkaBroker(options: KafkaBrokerOptions): Promise<ManagedProcess> {
  const { region, folder, port, authority } = options;
  const jars = await kafkaDistribution(options.say);
  const admin = await authority.issue({ region, workload: ADMIN_WORKLOAD });
  const own = await authority.issue({ region, workload: BROKER_WORKLOAD });
  await mkdir(folder, { recursive: true });
  const keyStore = join(folder, 'keystore.pem');
  const pem = await Promise.all([own.key, own.certificate].map((file) => readFile(file, 'utf8')));
  await writeFile(keyStore, pem.join(''), { mode: 0o600 });
  const properties = join(folder, 'server.properties');
  await writeFile(properties, toProperties(settings(options, keyStore)));

  const java = (heapMb: number): string[] => [
    `-Xmx${heapMb}m`,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    '-cp',
    join(jars, '*'),
  ];
  if (!existsSync(join(folder, 'data', 'meta.properties'))) {
    const clusterId = randomBytes(16).toString('base64url');
    await promisify(execFile)('java', [
      ...java(128),
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
    ]);
  }
  const spec: ProcessSpec = {
    name: `${region}/kafka`,
    command: 'java',
    args: [...java(options.heapMb ?? 400), 'kafka.Kafka', properties],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    logFile: options.logFile ?? join(folder, 'broker.log'),
    ready: (signal) => coordinatorsReady(port, admin, COORDINATOR_PARTITIONS, signal),
    readyWithinMs: 90_000,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  };
  return new ManagedProcess(spec, options.table);
}

function settings(options: KafkaBrokerOptions, keyStore: string): Readonly<Record<string, string | number>> {
  const { region, folder, port, controllerPort, authority } = options;
  const superUsers: Identity[] = [ADMIN_WORKLOAD, BROKER_WORKLOAD].map((workload) => ({ region, workload }));
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'CLIENT:SSL,CONTROLLER:SSL',
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'ssl.client.auth': 'required',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keyStore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': authority.file,
    'ssl.enabled.protocols': 'TLSv1.3',
    'ssl.principal.mapping.rules': KAFKA_PRINCIPAL_RULES,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'false',
    'super.users': superUsers.map(kafkaPrincipal).join(';'),
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'message.max.bytes': MAX_MESSAGE_BYTES,
    'offsets.topic.num.partitions': COORDINATOR_PARTITIONS,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': COORDINATOR_PARTITIONS,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A broker that was killed may register again only after its session has ended.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.partitions': 1,
  };
}

/** Java's properties format takes a backslash as an escape. */
const toProperties = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
