import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Identity, Topic } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { Cluster, createTopics, prepareCell } from '@bailiwick/kafka';
import { SILENT, type Logger } from '@bailiwick/platform';
import {
  ADMIN_WORKLOAD,
  CertificateAuthority,
  Ports,
  kafkaBroker,
  type ManagedProcess,
} from '@bailiwick/stack';
import { ownProcesses } from './own-processes.js';

/** PEM texts of one identity. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A real broker of its own for one test file: mTLS only, deny by default. */
export class TestBroker {
  private constructor(
    readonly region: string,
    readonly address: string,
    readonly process: ManagedProcess,
    readonly folder: string,
    private readonly authority: CertificateAuthority,
  ) {}

  /** Starts a broker in a temporary folder. */
  static async start(region = 'eu-central'): Promise<TestBroker> {
    const folder = await mkdtemp(join(tmpdir(), 'bailiwick-broker-'));
    const authority = await CertificateAuthority.open(join(folder, 'ca'));
    const ports = new Ports();
    const port = await ports.claim('kafka', 0);
    const controllerPort = await ports.claim('controller', 0);
    const broker = await kafkaBroker({
      brief: true,
      region,
      folder: join(folder, 'kafka'),
      port,
      controllerPort,
      authority,
      table: await ownProcesses(),
    });
    // The broker is its own process group: an interrupted test must not leave it behind.
    process.once('exit', () => broker.pid !== undefined && process.kill(broker.pid, 'SIGKILL'));
    await broker.start();
    return new TestBroker(region, `127.0.0.1:${port}`, broker, folder, authority);
  }

  /** Certificate and key of an identity, issued by the broker's own authority. */
  async credentials(identity: Identity): Promise<Credentials> {
    const files = await this.authority.issue(identity);
    const [cert, key, ca] = await Promise.all(
      [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
    );
    return { cert: cert ?? '', key: key ?? '', ca: ca ?? '' };
  }

  /** The broker as a workload of its region, or of another, sees it. */
  async cluster(workload: string, logger: Logger = SILENT, region = this.region): Promise<Cluster> {
    const identity = { region, workload };
    return new Cluster({ identity, brokers: [this.address], tls: await this.credentials(identity), logger });
  }

  /** The broker as its administrator sees it: no grant is asked for. */
  admin(): Promise<Cluster> {
    return this.cluster(ADMIN_WORKLOAD);
  }

  /** Makes topics and grants of a cell. */
  async prepare(cell: CellSpec, otherCells: readonly CellSpec[] = []): Promise<void> {
    await prepareCell(await this.admin(), cell, otherCells);
  }

  /** Makes plain data topics beside those of the catalogue. */
  async topics(partitions: number, ...names: readonly string[]): Promise<void> {
    const topic = (name: string): Topic => ({
      name,
      partitions,
      purpose: 'test',
      schema: 'test',
      writers: [],
      readers: [],
      cleanup: 'delete',
      opens: 'nobody',
      retentionMs: 3_600_000,
      maxMessageBytes: 8 * 1024 * 1024,
    });
    await createTopics(await this.admin(), names.map(topic));
  }

  /** Stops the broker and removes what it wrote. */
  async stop(): Promise<void> {
    // A broker takes seconds to end politely, which is for disks that somebody will read again.
    await this.process.discard();
    await rm(this.folder, { recursive: true, force: true });
  }
}
