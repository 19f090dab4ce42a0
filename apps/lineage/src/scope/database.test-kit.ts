import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BaseConfig, DatabaseConfig, loadConfig, migrate, openDatabase, readTls } from '@bailiwick/platform';
import {
  CertificateAuthority,
  Ports,
  postgresServer,
  provisionDatabase,
  type PostgresServer,
} from '@bailiwick/stack';
import type { Pool } from 'pg';
import { MIGRATIONS } from '../schema.js';

const REGION = 'eu-central';

/** A database of a cell with the tables of lineage, and nothing else of the cell. */
export class TestDatabase {
  readonly #pools: Pool[] = [];

  private constructor(
    readonly folder: string,
    readonly authority: CertificateAuthority,
    private readonly port: number,
    private readonly server: PostgresServer,
  ) {}

  static async start(): Promise<TestDatabase> {
    const folder = await mkdtemp('/var/tmp/lineage-database-');
    await chmod(folder, 0o755);
    const authority = await CertificateAuthority.open(join(folder, 'ca'));
    const port = await new Ports().claim('postgres', 0);
    const server = await postgresServer({
      region: REGION,
      folder: join(folder, 'postgres'),
      port,
      authority,
      logFile: join(folder, 'postgres.log'),
    });
    await server.process.start();
    await provisionDatabase(server);
    const database = new TestDatabase(folder, authority, port, server);
    await migrate(await database.as('lineage'), 'lineage', MIGRATIONS);
    return database;
  }

  /** The database as a workload sees it. */
  async as(workload: string, connections = 4): Promise<Pool> {
    const pool = openDatabase(await this.#config(workload), connections);
    this.#pools.push(pool);
    return pool;
  }

  /** Certificate, key and authority of a workload, in PEM. */
  async tls(workload: string): Promise<{ cert: string; key: string; ca: string }> {
    return readTls(await this.#config(workload));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.end()));
    await this.server.process.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #config(workload: string): Promise<BaseConfig & DatabaseConfig> {
    const tls = await this.authority.issue({ region: REGION, workload });
    return loadConfig(BaseConfig.extend(DatabaseConfig.shape), {
      BAILIWICK_REGION: REGION,
      BAILIWICK_WORKLOAD: workload,
      BAILIWICK_HTTP_PORT: '0',
      BAILIWICK_GRPC_PORT: '0',
      BAILIWICK_TLS_CERT: tls.certificate,
      BAILIWICK_TLS_KEY: tls.key,
      BAILIWICK_TLS_CA: tls.authority,
      BAILIWICK_DATABASE_PORT: String(this.port),
    });
  }
}
