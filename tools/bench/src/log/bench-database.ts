import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MIGRATIONS } from '@bailiwick/lineage';
import { BaseConfig, DatabaseConfig, migrate, openDatabase } from '@bailiwick/platform';
import { CertificateAuthority, Ports, postgresServer, provisionDatabase } from '@bailiwick/stack';
import type pg from 'pg';

const IDENTITY = { region: 'eu-central', workload: 'lineage' };

/** A PostgreSQL of the benchmark's own, as a cell has it, with the tables of lineage. */
export class BenchDatabase {
  private constructor(
    readonly pool: pg.Pool,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(folder: string): Promise<BenchDatabase> {
    await mkdir(folder, { recursive: true });
    // The database's own user must reach it.
    await chmod(folder, 0o755);
    const authority = await CertificateAuthority.open(join(folder, 'ca'));
    const port = await new Ports().claim('postgres', 0);
    const server = await postgresServer({
      region: IDENTITY.region,
      folder: join(folder, 'postgres'),
      port,
      authority,
      logFile: join(folder, 'postgres.log'),
    });
    await server.process.start();
    await provisionDatabase(server);
    const tls = await authority.issue(IDENTITY);
    const config = BaseConfig.extend(DatabaseConfig.shape).parse({
      BAILIWICK_REGION: IDENTITY.region,
      BAILIWICK_WORKLOAD: IDENTITY.workload,
      BAILIWICK_HTTP_PORT: 0,
      BAILIWICK_GRPC_PORT: 0,
      BAILIWICK_TLS_CERT: tls.certificate,
      BAILIWICK_TLS_KEY: tls.key,
      BAILIWICK_TLS_CA: tls.authority,
      BAILIWICK_DATABASE_PORT: port,
    });
    const pool = openDatabase(config);
    await migrate(pool, 'lineage', MIGRATIONS);
    return new BenchDatabase(pool, async () => {
      await pool.end();
      await server.process.stop();
    });
  }

  /** Bytes of a table and its indexes. */
  async bytesOf(table: string): Promise<number> {
    const { rows } = await this.pool.query<{ bytes: string }>(
      'SELECT pg_total_relation_size($1::regclass) AS bytes',
      [table],
    );
    return Number(rows[0]?.bytes ?? 0);
  }
}
