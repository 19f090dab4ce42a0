import { createPrivateKey } from 'node:crypto';
import { setDefaultCACertificates, getCACertificates } from 'node:tls';
import { spiffeId } from '@bailiwick/contracts';
import { ENTITIES } from '@bailiwick/detect';
import { grpcServerOf } from '@bailiwick/grpc';
import { Cluster, ControlPublisher, type ControlSigner } from '@bailiwick/kafka';
import {
  RootModule,
  identityOf,
  inTransaction,
  loadConfig,
  migrate,
  openDatabase,
  readTls,
  type ServiceDefinition,
  type ServiceKit,
} from '@bailiwick/platform';
import type { DynamicModule } from '@nestjs/common';
import { ApiServer } from './api/api-server.js';
import { routesOf } from './api/routes.js';
import { recordAttempt } from './audit/foreign.js';
import { CellOutbox } from './audit/cell-outbox.js';
import { VIOLATIONS } from './audit/violation-report.js';
import { Book } from './book/book.js';
import { Changes } from './change/changes.js';
import { Upkeep } from './change/upkeep.js';
import { ControlPlaneConfig } from './config.js';
import { clientsIn } from './credentials/clients.js';
import { CredentialServer } from './credentials/credential-server.js';
import { CrmKeys } from './credentials/crm-keys.js';
import { Envelope } from './credentials/envelope.js';
import { foundConnections } from './credentials/found-connections.js';
import { fileKeyProvider } from './credentials/key-provider.js';
import { Leases } from './credentials/leases.js';
import { CrmLogins } from './credentials/login/crm-logins.js';
import { MINTS } from './credentials/mints.js';
import { Replays } from './credentials/replays.js';
import { Standings } from './credentials/standings.js';
import { withStandings } from './credentials/with-standings.js';
import { DryRuns } from './dry-run/dry-runs.js';
import { PastDecisions } from './dry-run/past-decisions.js';
import { AccessTokens } from './people/access-tokens.js';
import { Acknowledgements } from './profile/acknowledgements.js';
import { CellPublisher } from './publish/cell-publisher.js';
import { Sequence } from './publish/sequence.js';
import type { SigningKey } from './publish/signing-key.js';
import { StoreInForce } from './publish/store-in-force.js';
import { MIGRATIONS } from './schema.js';
import { serveScim } from './scim/scim-server.js';
import { Releases } from './release/releases.js';
import { cellSpecs } from './seed/cell-specs.js';
import { adoptPoolKeys } from './seed/adopt-pool-keys.js';
import { found, isFounded } from './seed/found.js';
import { readSeed } from './seed/seed.js';

const signerOf = ({ kid, ...jwk }: SigningKey): ControlSigner => ({
  key: createPrivateKey({ key: jwk, format: 'jwk' }),
  kid,
});

/** What a test may set. */
export interface ControlPlaneOptions {
  /** Clock of emergencies and acknowledgements, in milliseconds since the epoch. */
  readonly now?: () => number;
  /** Told where the interface for people is, once it is served. */
  readonly serving?: (url: string) => void;
  /** Told where the credential service is, once it is served. */
  readonly servingCells?: (url: string) => void;
}

/** The control-plane of all cells: its configuration and wiring. */
export function controlPlane(
  env: NodeJS.ProcessEnv = process.env,
  options: ControlPlaneOptions = {},
): ServiceDefinition<ControlPlaneConfig> {
  return { config: loadConfig(ControlPlaneConfig, env), wire: (kit) => wire(kit, options) };
}

async function wire(
  { config, logger, health, add }: ServiceKit<ControlPlaneConfig>,
  { now = Date.now, serving, servingCells }: ControlPlaneOptions,
): Promise<DynamicModule> {
  const cells = config.BAILIWICK_CELLS_FILE;
  const specs = cellSpecs(config.BAILIWICK_SEED_DIR, cells);
  const signer = signerOf(config.BAILIWICK_SIGNING_KEY_FILE);
  const entities = new Set(ENTITIES.keys());
  const tls = readTls(config);
  // The OpenID provider may have a certificate of the deployment's own authority.
  setDefaultCACertificates([...getCACertificates('default'), tls.ca]);
  add(grpcServerOf({ config, health }));

  const database = openDatabase(config, 8);
  const book = new Book();
  const envelope = new Envelope(fileKeyProvider(config.BAILIWICK_SEALING_KEY_FILE));
  const keys = new CrmKeys(envelope);
  const standings = new Standings();
  const replays = new Replays(database);
  const leases = new Leases({ database, logins: new CrmLogins(database, keys), envelope, replays, logger });
  add({
    start: async () => {
      await migrate(database, 'control', MIGRATIONS);
      if (!(await isFounded(database))) {
        const seed = readSeed(config.BAILIWICK_SEED_DIR, cells, entities);
        await inTransaction(database, (db) => found(db, seed, config.BAILIWICK_PEOPLE_FILE, signer));
      }
      await book.refresh(database);
      await inTransaction(database, (db) => adoptPoolKeys(db, book, cells, signer));
      const connections = config.BAILIWICK_CRM_LOGINS_FILE;
      await inTransaction(database, (db) => foundConnections(db, book, connections, keys, signer));
      await book.refresh(database);
    },
    stop: () => database.end(),
  });

  const inForce = new StoreInForce(book, database, cells, specs);
  health.add(inForce.check);
  const told = withStandings(inForce, standings, database);
  const publishers = specs.map(({ region, jurisdiction }) => {
    const brokers = cells.find((cell) => cell.region === region)?.brokers ?? [];
    const cluster = new Cluster({ identity: identityOf(config), brokers, tls, logger });
    const spec = specs.find((cell) => cell.region === region);
    if (spec) add(new CellOutbox(spec, [VIOLATIONS, MINTS], cluster, database, logger));
    const topics = new ControlPublisher(cluster, jurisdiction, signer);
    return new CellPublisher(region, told, topics, logger, new Sequence());
  });
  for (const publisher of publishers) {
    health.add(publisher.check);
    add(publisher);
  }

  const settled = async (): Promise<void> => {
    await book.refresh(database);
    await standings.refresh(database);
    leases.wake();
  };
  const changes = new Changes({ book, cells, entities, signer, now });
  const past = new PastDecisions(cells, config.BAILIWICK_TRUST_FILE, tls);
  const dryRuns = new DryRuns(book, cells, past, now);
  const acknowledgements = new Acknowledgements(book, now);
  const releases = new Releases(signer, now);
  add(new Upkeep(changes, database, settled, now, logger));
  const api = new ApiServer({
    host: config.BAILIWICK_HTTP_HOST,
    port: config.BAILIWICK_API_PORT,
    tls,
    database,
    tokens: new AccessTokens(config.BAILIWICK_OIDC_ISSUER),
    routes: routesOf({
      book,
      cells,
      publishers,
      changes,
      dryRuns,
      acknowledgements,
      releases,
      keys,
      clients: clientsIn(cells.map(({ region }) => region)).map(spiffeId),
    }),
    beside: serveScim({ database, book, now, logger }),
    settled,
    foreign: (db, { tenant, caller: { subject } }, where) =>
      recordAttempt(db, book, now(), { tenant, subject, where }),
    logger,
  });
  add(api);
  const routers = cells.flatMap(
    ({ region }) =>
      config.BAILIWICK_TRUST_FILE.signers[spiffeId({ region, workload: 'residency-router' })] ?? [],
  );
  const credentials = new CredentialServer({
    host: config.BAILIWICK_HTTP_HOST,
    port: config.BAILIWICK_CREDENTIALS_PORT,
    publicUrl: config.BAILIWICK_CREDENTIALS_URL ?? null,
    tls,
    database,
    book,
    regions: cells.map(({ region }) => region),
    routers,
    replays,
    leases,
    now,
    logger,
  });
  add(leases);
  add(credentials);
  add({ start: async () => servingCells?.(credentials.url), stop: async () => undefined });
  add({ start: async () => serving?.(api.url), stop: async () => undefined });
  return { module: RootModule };
}
