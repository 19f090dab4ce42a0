import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ManagedProcess, type ProcessSpec } from '../managed-process.js';
import type { ProcessTable } from '../process-table.js';
import {
  ADMIN_WORKLOAD,
  BROKER_WORKLOAD,
  COORDINATOR_PARTITIONS,
  brokerProperties,
} from './broker-properties.js';
import { coordinatorsReady } from './broker-readiness.js';
import type { CertificateAuthority } from './certificate-authority.js';
import { kafkaClasses } from './kafka-classes.js';
import { kafkaDistribution } from './kafka-distribution.js';

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
  /** True for one that lives for seconds, as in a test: it starts with less work and works with more. */
  readonly brief?: boolean;
  readonly table?: ProcessTable;
  readonly say?: (line: string) => void;
}

/**
 * For a broker that lives for seconds. The optimising compiler is kept for what runs very often: without it TLS has no hardware
 * AES and the broker's work on a message takes four times as long; with its usual thresholds every start compiles for two
 * seconds what runs once. A broker that lasts would pay for this with twice the processor time a transaction.
 */
const BRIEF = [
  '-XX:Tier4InvocationThreshold=30000',
  '-XX:Tier4MinInvocationThreshold=5000',
  '-XX:Tier4CompileThreshold=80000',
  '-XX:Tier4BackEdgeThreshold=400000',
];

/**
 * Prepares one Apache Kafka broker (KRaft, broker and controller in one process): TLS with required client
 * certificates on every listener, deny by default. The first time it formats the data folder.
 */
export async function kafkaBroker(options: KafkaBrokerOptions): Promise<ManagedProcess> {
  const jars = await kafkaDistribution(options.say);
  const { logFile: _, table: __, ...alone } = options;
  // Whoever is recorded has the ports of this one, which does not run yet.
  const record = (folder: string, flags: readonly string[]): Promise<ManagedProcess> =>
    brokerProcess({ ...alone, folder }, jars, flags);
  return brokerProcess(options, jars, await kafkaClasses(jars, record, options.say));
}

/** Authorities whose certificates a broker takes: that of the mesh, and that of consumers, which nothing else takes. */
export async function brokerTrust(authority: CertificateAuthority): Promise<string> {
  const { file } = await authority.consumers();
  const pem = await Promise.all([authority.file, file].map((name) => readFile(name, 'utf8')));
  return pem.join('');
}

async function brokerProcess(
  options: KafkaBrokerOptions,
  jars: string,
  flags: readonly string[],
): Promise<ManagedProcess> {
  const { region, folder, port, controllerPort, authority } = options;
  const admin = await authority.issue({ region, workload: ADMIN_WORKLOAD });
  const own = await authority.issue({ region, workload: BROKER_WORKLOAD });
  await mkdir(folder, { recursive: true });
  const keyStore = join(folder, 'keystore.pem');
  const pem = await Promise.all([own.key, own.certificate].map((file) => readFile(file, 'utf8')));
  await writeFile(keyStore, pem.join(''), { mode: 0o600 });
  const trustStore = join(folder, 'truststore.pem');
  await writeFile(trustStore, await brokerTrust(authority));
  const properties = join(folder, 'server.properties');
  const settings = brokerProperties({
    region,
    listenAddress: '127.0.0.1',
    listenPort: port,
    advertisedPort: port,
    controllerPort,
    keyStore,
    trustStore,
    dataFolder: join(folder, 'data'),
  });
  await writeFile(properties, settings);

  const java = (heapMb: number, more: readonly string[]): string[] => [
    `-Xmx${heapMb}m`,
    '-XX:+UseSerialGC',
    ...(options.brief ? BRIEF : []),
    '-Xshare:auto',
    ...more,
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
    '-cp',
    join(jars, '*'),
  ];
  if (!existsSync(join(folder, 'data', 'meta.properties'))) {
    // The first bits are zero: an id that began with a dash would be taken for an option.
    const bytes = randomBytes(16);
    const clusterId = bytes.fill(bytes.readUInt8(0) & 0x7f, 0, 1).toString('base64url');
    await promisify(execFile)('java', [
      // What is recorded is the broker, not this.
      ...java(
        128,
        flags.filter((flag) => !flag.includes('AtExit')),
      ),
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
    args: [...java(options.heapMb ?? 400, flags), 'kafka.Kafka', properties],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    logFile: options.logFile ?? join(folder, 'broker.log'),
    ready: (signal) => coordinatorsReady(port, admin, COORDINATOR_PARTITIONS, signal),
    readyWithinMs: 90_000,
    stopSignal: 'SIGTERM',
    graceMs: 15_000,
  };
  return new ManagedProcess(spec, options.table);
}
