import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spiffeId, type Fact, type Violation } from '@bailiwick/contracts';
import { AccessTokenVerifier, createLogger } from '@bailiwick/platform';
import {
  KeyMaterial,
  LINEAGE_AUDIENCE,
  ManagedProcess,
  Ports,
  READ_SCOPE,
  identityProviderProcess,
  requestAccessToken,
} from '@bailiwick/stack';
import { SigningKey } from '@bailiwick/tlog';
import type { Pool } from 'pg';
import { TenantCounts } from '../completeness/tenant-counts.js';
import { ErasureRegister } from '../erasure/erasure-register.js';
import { Evidence } from '../evidence/evidence.js';
import { LoggedRecords } from '../evidence/logged-record.js';
import { CELL, ORIGIN } from '../lineage.test-kit.js';
import { LogFolder } from '../log/log-folder.js';
import { LogLedger } from '../log/log-ledger.js';
import { LogPublisher } from '../log/log-publisher.js';
import { RecordReader } from '../read/record-reader.js';
import { RecordStore } from '../read/record-store.js';
import { FactLedger } from '../record/fact-ledger.js';
import { TestDatabase } from '../scope/database.test-kit.js';
import { ForeignReads } from '../scope/foreign-reads.js';
import { ScopedReads } from '../scope/scoped-reads.js';
import { TransferRegister } from '../transfers/transfer-register.js';
import { ViolationLedger } from '../violations/violation-ledger.js';
import { ApiServer } from './api-server.js';
import { AUDIENCE, Readers, TokenClaims } from './readers.js';
import { routesOf } from './routes.js';

const ADMINISTRATOR = 'administrator';
const QUIET = createLogger({ BAILIWICK_LOG_LEVEL: 'silent', BAILIWICK_REGION: '', BAILIWICK_WORKLOAD: '' });

/** OAuth clients of the provider, and the scopes that each may have. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  atlas: ['tenant:atlas', READ_SCOPE],
  both: ['tenant:atlas', 'tenant:register', READ_SCOPE],
};

/** As whom is asked: a workload by its certificate, the holder of a token, both or, with null, neither. */
export interface Asking {
  readonly workload?: string | null;
  readonly token?: string;
}

/** The interface for readers, with its database, its log and a provider of tokens; nothing comes by Kafka. */
export class ApiKit {
  private constructor(
    private readonly database: TestDatabase,
    private readonly pool: Pool,
    private readonly api: ApiServer,
    private readonly publisher: LogPublisher,
    private readonly facts: FactLedger,
    private readonly violations: ViolationLedger,
    private readonly provider: ManagedProcess,
    private readonly issuer: string,
    private readonly keys: KeyMaterial,
  ) {}

  static async start(): Promise<ApiKit> {
    const database = await TestDatabase.start();
    const keys = new KeyMaterial(join(database.folder, 'keys'));
    const port = await new Ports().claim('provider', 0);
    const provider = await startProvider(keys, database.folder, port);
    const issuer = `http://127.0.0.1:${port}`;
    const pool = await database.as('lineage');
    const reads = new ScopedReads(await database.as('lineage'));
    const key = SigningKey.generate(ORIGIN, 'note');
    if (!key.ok) throw new Error(key.reason);
    const ledger = new LogLedger(pool, ORIGIN);
    const folder = new LogFolder(join(database.folder, 'log'));
    const publisher = new LogPublisher({
      ledger,
      folder,
      key: key.value,
      cosign: (note) => Promise.resolve(note),
      everyMs: 100,
      logger: QUIET,
    });
    await publisher.start();
    const violations = new ViolationLedger(pool);
    const store = new RecordStore(reads);
    const api = new ApiServer({
      host: '127.0.0.1',
      port: 0,
      tls: await database.tls('lineage'),
      readers: new Readers(
        [spiffeId({ region: CELL.region, workload: ADMINISTRATOR })],
        new AccessTokenVerifier(issuer, AUDIENCE, TokenClaims),
      ),
      routes: routesOf({
        cell: CELL,
        reader: new RecordReader(store, CELL),
        store,
        evidence: new Evidence({
          records: new LoggedRecords(reads),
          read: folder.read,
          key: key.value.verifier,
          witnesses: [],
          routerKeys: [],
        }),
        erasures: new ErasureRegister(reads),
        transfers: new TransferRegister(reads),
        counts: new TenantCounts(reads),
        log: folder,
      }),
      foreign: new ForeignReads(reads, violations, CELL),
      logger: QUIET,
    });
    await api.start();
    const facts = new FactLedger(pool, ledger);
    return new ApiKit(database, pool, api, publisher, facts, violations, provider, issuer, keys);
  }

  async stop(): Promise<void> {
    await this.api.stop();
    await this.publisher.stop();
    await this.provider.stop();
    await this.database.stop();
  }

  /** Records facts as the stage does. */
  async record(facts: readonly Fact[]): Promise<void> {
    await Promise.all(
      facts.map((fact, index) => this.facts.record({ fact, partition: 0, place: BigInt(index) })),
    );
  }

  async violate(violations: readonly Violation[]): Promise<void> {
    await Promise.all(violations.map((violation) => this.violations.record(violation)));
  }

  /** Takes the violations with a code away. */
  async forgetViolations(code: string): Promise<void> {
    await this.pool.query('DELETE FROM lineage.violation WHERE code = $1', [code]);
  }

  /** An access token of one of the clients. */
  async token(
    clientId: string,
    scope = `tenant:${clientId} ${READ_SCOPE}`,
    resource = LINEAGE_AUDIENCE,
  ): Promise<string> {
    const { file: keyFile } = await this.keys.client(clientId);
    return (await requestAccessToken({ issuer: this.issuer, clientId, keyFile, scope, resource })).token;
  }

  /** Asks over HTTPS; as the administrator unless somebody is named. */
  async ask(
    path: string,
    { token, workload = token === undefined ? ADMINISTRATOR : null }: Asking = {},
  ): Promise<{ status: number; type: string; text: string }> {
    const { cert, key, ca } = await this.database.tls(workload ?? ADMINISTRATOR);
    return new Promise((resolve, reject) => {
      const asked = request(
        `${this.api.url}${path}`,
        {
          ca,
          agent: false,
          ...(workload !== null && { cert, key }),
          ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
        },
        (answer) => {
          const { statusCode: status = 0, headers } = answer;
          text(answer).then(
            (body) => resolve({ status, type: headers['content-type'] ?? '', text: body }),
            reject,
          );
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }
}

async function startProvider(keys: KeyMaterial, folder: string, port: number): Promise<ManagedProcess> {
  const clients = Object.entries(CLIENTS).map(async ([clientId, scopes]) => ({
    clientId,
    scopes: [...scopes],
    jwk: (await keys.client(clientId)).publicKey,
  }));
  const spec = await identityProviderProcess({
    port,
    clients: await Promise.all(clients),
    clientsFile: join(folder, 'clients.json'),
    keys,
    logFile: join(folder, 'provider.log'),
  });
  const provider = new ManagedProcess(spec);
  process.once('exit', () => provider.pid !== undefined && process.kill(provider.pid, 'SIGKILL'));
  await provider.start();
  return provider;
}
