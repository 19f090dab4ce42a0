import {
  CONTROL_REGION,
  LONGEST_KEPT_DAYS,
  CrossingServiceService,
  LineageServiceService,
  boundedTablesOf,
  spiffeId,
} from '@bailiwick/contracts';
import { grpcServerOf } from '@bailiwick/grpc';
import { ControlReader, StageRunner, clusterOf, type StageDefinition } from '@bailiwick/kafka';
import {
  AccessTokenVerifier,
  BoundedTable,
  RootModule,
  loadConfig,
  migrate,
  openDatabase,
  readTls,
  type ServiceDefinition,
} from '@bailiwick/platform';
import { Grants } from './analytics/grants.js';
import { ApiServer } from './api/api-server.js';
import { AUDIENCE, Readers, TokenClaims } from './api/readers.js';
import { routesOf } from './api/routes.js';
import { keepBooks } from './completeness/books.js';
import { TenantCounts } from './completeness/tenant-counts.js';
import { LineageConfig } from './config.js';
import { ErasureRegister } from './erasure/erasure-register.js';
import { mintedStage } from './credentials/minted.stage.js';
import { Evidence } from './evidence/evidence.js';
import { LoggedRecords } from './evidence/logged-record.js';
import { LogFolder } from './log/log-folder.js';
import { LogLedger } from './log/log-ledger.js';
import { LogPublisher } from './log/log-publisher.js';
import { LogRetention } from './log/log-retention.js';
import { LogController } from './log/log.controller.js';
import { lineageService } from './read/lineage.grpc.js';
import { OpenLineageEmitter } from './openlineage/open-lineage-emitter.js';
import { OpenLineageStore } from './openlineage/open-lineage-store.js';
import { RecordReader } from './read/record-reader.js';
import { RecordStore } from './read/record-store.js';
import { FactLedger } from './record/fact-ledger.js';
import { factStage } from './record/fact.stage.js';
import { MIGRATIONS } from './schema.js';
import { ForeignReads } from './scope/foreign-reads.js';
import { ScopedReads } from './scope/scoped-reads.js';
import { TransferRegister } from './transfers/transfer-register.js';
import { ViolationLedger } from './violations/violation-ledger.js';
import { violationStage } from './violations/violation.stage.js';
import { askedWitnesses } from './witness/asked-witness.js';
import { Witnesses } from './witness/ask-witnesses.js';
import { WitnessLedger } from './witness/witness-ledger.js';
import { Witness } from './witness/witness.js';
import { WitnessController } from './witness/witness.controller.js';

const DAY_MS = 86_400_000;

/** Lineage of one cell: its configuration and wiring. */
export function lineage(env: NodeJS.ProcessEnv = process.env): ServiceDefinition<LineageConfig> {
  const config = loadConfig(LineageConfig, env);
  const cell = config.BAILIWICK_CELL_FILE;
  return {
    config,
    wire: async ({ logger, health, add, fatal }) => {
      const database = openDatabase(config);
      add({ start: () => migrate(database, 'lineage', MIGRATIONS), stop: () => database.end() });
      // Connections of their own: who reads much delays no fact.
      const readDatabase = openDatabase(config);
      add({ start: () => Promise.resolve(), stop: () => readDatabase.end() });
      const reads = new ScopedReads(readDatabase);

      const log = new LogLedger(database, config.BAILIWICK_LOG_KEY_FILE.name);
      const folder = new LogFolder(config.BAILIWICK_LOG_DIR);
      const others = config.BAILIWICK_LOGS_FILE.filter(({ region }) => region !== config.BAILIWICK_REGION);
      const asked = askedWitnesses(others, config.BAILIWICK_OUTSIDE_WITNESSES_FILE);
      const witnesses = new Witnesses(asked, folder.read, logger);
      const publisher = new LogPublisher({
        ledger: log,
        folder,
        key: config.BAILIWICK_LOG_KEY_FILE,
        cosign: (note, size) => witnesses.cosign(note, size),
        everyMs: config.BAILIWICK_CHECKPOINT_MS,
        logger,
      });
      health.add(publisher.check);
      add(publisher);
      const retentionMs = LONGEST_KEPT_DAYS.lineage * DAY_MS;
      add(
        new LogRetention({
          ledger: log,
          folder,
          key: config.BAILIWICK_LOG_KEY_FILE.verifier,
          retentionMs,
          logger,
        }),
      );
      for (const table of boundedTablesOf('lineage')) add(new BoundedTable(table, database, logger));

      const store = new RecordStore(reads);
      const tokens = new AccessTokenVerifier(config.BAILIWICK_OIDC_ISSUER, AUDIENCE, TokenClaims);
      const readers = new Readers(config.BAILIWICK_READ_PEERS, tokens);
      const service = lineageService({ store, readers, cell, logger });
      const grpc = grpcServerOf({ config, health }).add(LineageServiceService, service);

      const cluster = clusterOf(config, logger);
      // Facts, violations and outcomes hold nothing personal, so a broken one needs no seal.
      const stage = { cluster, cell, logger, seal: null, onFatal: fatal };
      const run = <In>(definition: StageDefinition<In>): void => {
        const runner = new StageRunner(stage, definition);
        health.add(runner.check);
        add(runner);
      };
      const concurrency = config.BAILIWICK_CONCURRENCY;
      const facts = new FactLedger(database, log);
      run(factStage(cell, facts, concurrency, config.BAILIWICK_PRICES_FILE));
      run(mintedStage(cell, facts, concurrency));
      const violations = new ViolationLedger(database);
      run(violationStage(cell, violations, concurrency));
      const { signers } = config.BAILIWICK_TRUST_FILE;
      if (config.BAILIWICK_GRANTS_FILE !== undefined) {
        const keys = signers[spiffeId({ region: CONTROL_REGION, workload: 'control-plane' })] ?? [];
        const control = new ControlReader({ cluster, cell, keys, kinds: ['profile', 'heartbeat'], logger });
        add(new Grants({ file: config.BAILIWICK_GRANTS_FILE, cell, stage, control, logger }));
      }
      const tls = readTls(config);
      const everyMs = config.BAILIWICK_SWEEP_MS;
      const books = { cell, cluster, database, log, violations, others, tls, everyMs, logger };
      add(grpc.add(CrossingServiceService, keepBooks(books, add)));
      const url = config.BAILIWICK_OPENLINEAGE_URL;
      if (url !== undefined)
        add(
          new OpenLineageEmitter({
            url,
            log,
            store: new OpenLineageStore(database),
            records: store,
            everyMs: 2000,
            logger,
          }),
        );
      const witness = new Witness({
        cell,
        key: config.BAILIWICK_WITNESS_KEY_FILE,
        logs: others,
        ledger: new WitnessLedger(database),
        violations,
      });

      const { verifier: key } = config.BAILIWICK_LOG_KEY_FILE;
      const evidence = new Evidence({
        records: new LoggedRecords(reads),
        read: folder.read,
        key,
        witnesses: asked.map(({ key: cosigner }) => cosigner),
        routerKeys: config.BAILIWICK_LOGS_FILE.flatMap(
          ({ region }) => signers[spiffeId({ region, workload: 'residency-router' })] ?? [],
        ),
      });

      const routes = routesOf({
        cell,
        reader: new RecordReader(store, cell),
        store,
        evidence,
        erasures: new ErasureRegister(reads),
        transfers: new TransferRegister(reads),
        counts: new TenantCounts(reads),
        log: folder,
      });
      add(
        new ApiServer({
          host: config.BAILIWICK_HTTP_HOST,
          port: config.BAILIWICK_API_PORT,
          tls,
          readers,
          routes,
          foreign: new ForeignReads(reads, violations, cell),
          logger,
        }),
      );

      // The tree is for everybody: it proves something only to whoever can ask. Its entries are of all tenants, and for readers.
      return {
        module: RootModule,
        controllers: [LogController, WitnessController],
        providers: [
          { provide: LogFolder, useValue: folder },
          { provide: Witness, useValue: witness },
        ],
      };
    },
  };
}
