import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { GenericContainer, type StartedTestContainer } from 'testcontainers';
import { distinguishedName } from '@bailiwick/contracts';
import { ADMIN_WORKLOAD } from '../parts/broker-properties.js';
import type { CertificateAuthority } from '../parts/certificate-authority.js';
import { databaseAnswers } from '../parts/postgres.js';
import { SUPERUSER, accessRules, roleMap, serverSettings } from '../parts/postgres-settings.js';

const IMAGE = 'postgres:18';
const PORT = 5432;
const READY_WITHIN_MS = 60_000;
const TLS = { certificate: '/tls/server.pem', key: '/tls/server.key', authority: '/tls/ca.pem' };

/** A cell's database as a container, and how its superuser connects. */
export interface PostgresContainer {
  readonly container: StartedTestContainer;
  readonly administrator: pg.ClientConfig;
}

/**
 * Starts a cell's PostgreSQL as a container, with the same settings as the native one. There is no Unix socket to
 * this side, so the superuser proves itself with the stack's admin certificate. Its data ends with it.
 */
export async function postgresContainer(
  region: string,
  port: number,
  authority: CertificateAuthority,
): Promise<PostgresContainer> {
  const own = await authority.issue({ region, workload: 'postgres' });
  const admin = await authority.issue({ region, workload: ADMIN_WORKLOAD });
  const identity = `"${distinguishedName({ region, workload: ADMIN_WORKLOAD })}"`;
  const roles = `workload ${identity} ${SUPERUSER}\n${roleMap(region, SUPERUSER)}`;
  const file = async (target: string, source: string): Promise<{ target: string; content: string }> => ({
    target,
    content: await readFile(source, 'utf8'),
  });
  const settings = [
    'config_file=/stack/postgresql.conf',
    'hba_file=/stack/pg_hba.conf',
    'ident_file=/stack/pg_ident.conf',
  ];
  // The server refuses a key that others may read, and the copied files belong to root.
  const start =
    'install -d -o postgres /tls && install -o postgres -m 600 /stack/tls/* /tls/ && exec docker-entrypoint.sh "$0" "$@"';
  const container = await new GenericContainer(IMAGE)
    .withExposedPorts({ container: PORT, host: port })
    .withEnvironment({ POSTGRES_PASSWORD: randomBytes(24).toString('base64url') })
    .withCopyContentToContainer([
      await file('/stack/tls/server.pem', own.certificate),
      await file('/stack/tls/server.key', own.key),
      await file('/stack/tls/ca.pem', own.authority),
      { target: '/stack/pg_hba.conf', content: accessRules('all'), mode: 0o644 },
      { target: '/stack/pg_ident.conf', content: roles, mode: 0o644 },
      {
        target: '/stack/postgresql.conf',
        content: `listen_addresses = '*'\n${serverSettings(TLS)}`,
        mode: 0o644,
      },
    ])
    .withEntrypoint(['bash', '-c', start])
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .start();
  const [cert, key, ca] = await Promise.all([
    readFile(admin.certificate, 'utf8'),
    readFile(admin.key, 'utf8'),
    readFile(admin.authority, 'utf8'),
  ]);
  const administrator = { host: '127.0.0.1', port, user: SUPERUSER, ssl: { cert, key, ca } };
  await databaseAnswers(administrator, AbortSignal.timeout(READY_WITHIN_MS));
  return { container, administrator };
}
