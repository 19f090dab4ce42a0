import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster } from '@bailiwick/kafka';
import { SILENT } from '@bailiwick/platform';
import {
  ADMIN_WORKLOAD,
  CertificateAuthority,
  Ports,
  kafkaBroker,
  type ManagedProcess,
} from '@bailiwick/stack';

/** A broker of its own for a benchmark: mTLS as in the stack, data in a temporary folder. */
export class BenchBroker {
  private constructor(
    readonly region: string,
    readonly address: string,
    readonly credentials: { readonly cert: string; readonly key: string; readonly ca: string },
    readonly cluster: Cluster,
    private readonly process: ManagedProcess,
    private readonly folder: string,
  ) {}

  static async start(): Promise<BenchBroker> {
    const region = 'eu-bench';
    const folder = await mkdtemp(join(tmpdir(), 'bailiwick-bench-'));
    const authority = await CertificateAuthority.open(join(folder, 'ca'));
    const ports = new Ports();
    const port = await ports.claim('kafka', 0);
    const controllerPort = await ports.claim('controller', 0);
    const broker = await kafkaBroker({
      region,
      folder: join(folder, 'kafka'),
      port,
      controllerPort,
      authority,
    });
    // The broker is its own process group: an interrupted benchmark must not leave it behind.
    process.once('exit', () => broker.pid !== undefined && process.kill(broker.pid, 'SIGKILL'));
    await broker.start();
    const identity = { region, workload: ADMIN_WORKLOAD };
    const files = await authority.issue(identity);
    const tls = {
      cert: await readFile(files.certificate, 'utf8'),
      key: await readFile(files.key, 'utf8'),
      ca: await readFile(files.authority, 'utf8'),
    };
    const address = `127.0.0.1:${port}`;
    const cluster = new Cluster({ identity, brokers: [address], tls, logger: SILENT });
    return new BenchBroker(region, address, tls, cluster, broker, folder);
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
