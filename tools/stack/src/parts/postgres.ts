import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { ManagedProcess, type ProcessSpec } from '../managed-process.js';
import type { ProcessTable } from '../process-table.js';
import type { CertificateAuthority } from './certificate-authority.js';
import { postgresHost, type PostgresHost } from './postgres-host.js';
import { SUPERUSER, accessRules, roleMap, serverSettings } from './postgres-settings.js';

/** What a PostgreSQL server of a local stack needs to know. */
export interface PostgresOptions {
  readonly region: string;
  /** Folder of this server. A second start with the same folder keeps all data. */
  readonly folder: string;
  readonly port: number;
  readonly authority: CertificateAuthority;
  readonly logFile: string;
  readonly table?: ProcessTable;
}

/** A cell's PostgreSQL server. */
export interface PostgresServer {
  readonly process: ManagedProcess;
  /** How the superuser connects: over the Unix socket, which only the stack's own user reaches. */
  readonly administrator: pg.ClientConfig;
}

/**
 * Prepares a PostgreSQL server on 127.0.0.1 that takes TLS connections with a client certificate of the cell only:
 * the certificate's name is the role. A certificate of another region is refused.
 */
export async function postgresServer(options: PostgresOptions): Promise<PostgresServer> {
  const { region, port, authority, logFile, table } = options;
  const host = await postgresHost(options.folder);
  const data = join(host.folder, 'data');
  await initialise(host, data);
  const own = await authority.issue({ region, workload: 'postgres' });
  const tls = {
    certificate: join(host.folder, 'server.pem'),
    key: join(host.folder, 'server.key'),
    authority: join(host.folder, 'ca.pem'),
  };
  await Promise.all([
    place(host, tls.certificate, await readFile(own.certificate, 'utf8')),
    place(host, tls.key, await readFile(own.key, 'utf8')),
    place(host, tls.authority, await readFile(own.authority, 'utf8')),
    place(host, join(data, 'pg_hba.conf'), accessRules('127.0.0.1/32')),
    place(host, join(data, 'pg_ident.conf'), roleMap(region, userInfo().username)),
    place(host, join(data, 'postgresql.auto.conf'), `${listening(host, port)}${serverSettings(tls)}`),
  ]);
  const administrator = { host: host.socketFolder, port, user: SUPERUSER, connectionTimeoutMillis: 5_000 };
  const spec: ProcessSpec = {
    name: `${region}/postgres`,
    command: host.postgres,
    args: ['-D', data],
    env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
    logFile,
    prepare: () => letChildrenEnd(data),
    ready: (signal) => databaseAnswers(administrator, signal),
    readyWithinMs: 60_000,
    // Fast shutdown: ends sessions, then writes a checkpoint.
    stopSignal: 'SIGINT',
    graceMs: 10_000,
    ...(host.user && { user: host.user }),
  };
  return { process: new ManagedProcess(spec, table), administrator };
}

const listening = (host: PostgresHost, port: number): string => `listen_addresses = '127.0.0.1'
port = ${port}
unix_socket_directories = '${host.socketFolder}'
${process.platform === 'linux' ? 'recovery_init_sync_method = syncfs' : ''}
`;

/** Writes a file that the server's user owns and nobody else reads. */
async function place(host: PostgresHost, file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  if (host.user) await chown(file, host.user.uid, host.user.gid);
}

async function initialise(host: PostgresHost, data: string): Promise<void> {
  if (existsSync(join(data, 'PG_VERSION'))) return;
  await rm(data, { recursive: true, force: true });
  const fresh = `${data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  if (host.user) await chown(fresh, host.user.uid, host.user.gid);
  const flags = [
    '--auth=reject',
    `--username=${SUPERUSER}`,
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  await promisify(execFile)(host.initdb, ['-D', fresh, ...flags], {
    ...host.user,
    env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
  });
  await rename(fresh, data);
}

/**
 * After a postmaster was killed its children live on for a moment and hold the shared memory, and a new server
 * refuses to start beside them; they end by themselves.
 */
async function letChildrenEnd(data: string): Promise<void> {
  if (existsSync(join(data, 'postmaster.pid'))) await sleep(300);
}

/** Resolves when the server answers its administrator. */
export async function databaseAnswers(administrator: pg.ClientConfig, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const client = new pg.Client({ ...administrator, database: 'postgres' });
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch {
      await sleep(100, undefined, { signal });
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
