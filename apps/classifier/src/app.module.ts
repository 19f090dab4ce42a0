import {
  CONTROL_REGION,
  ClassifierServiceService,
  EVENT_TYPES,
  boundedTablesOf,
  readTrustBundle,
  spiffeId,
  topicNames,
  type RecordReceived,
} from '@bailiwick/contracts';
import { CellSealer, Custody } from '@bailiwick/custody';
import { grpcServerOf } from '@bailiwick/grpc';
import { ControlReader, StageRunner, clusterOf } from '@bailiwick/kafka';
import {
  BailiwickError,
  BoundedTable,
  RootModule,
  databaseError,
  openDatabase,
  readTls,
  type ServiceDefinition,
  type ServiceKit,
} from '@bailiwick/platform';
import type { DynamicModule } from '@nestjs/common';
import { ApiServer } from './api/api-server.js';
import { Callers } from './api/callers.js';
import { classifyStage } from './classify/classify.stage.js';
import { Detectors } from './classify/detectors.js';
import { FieldDrift } from './classify/field-drift.js';
import { readConfig, type ClassifierConfig } from './config.js';
import { classifierService } from './explain/explain.grpc.js';
import { Explainer } from './explain/explainer.js';
import { EventLedger } from './ledger/event-ledger.js';
import { PublishedRules } from './rules/rules.js';

/** The classifier as a service. */
export const classifier = (env: NodeJS.ProcessEnv = process.env): ServiceDefinition<ClassifierConfig> => ({
  config: readConfig(env),
  wire,
});

async function wire(kit: ServiceKit<ClassifierConfig>): Promise<DynamicModule> {
  const { config, logger, health } = kit;
  const grpc = grpcServerOf(kit);
  kit.add(grpc);
  const cell = config.BAILIWICK_CELL_FILE;
  const topics = topicNames(cell.jurisdiction);
  const trust = readTrustBundle(config.BAILIWICK_TRUST_FILE);
  const database = openDatabase(config);
  kit.add({ start: () => Promise.resolve(), stop: () => database.end() });
  const custody = await Custody.open({ pool: database, cellKeys: config.BAILIWICK_CELL_KEY_FILE }).catch(
    (thrown: unknown) => Promise.reject(databaseError(thrown)),
  );
  kit.add(custody.erasures);
  for (const table of boundedTablesOf('classifier')) kit.add(new BoundedTable(table, database, logger));

  const cluster = clusterOf(config, logger);
  const control = new ControlReader({
    cluster,
    cell,
    keys: trust.signers[spiffeId({ region: CONTROL_REGION, workload: 'control-plane' })] ?? [],
    kinds: ['purpose', 'catalog', 'jurisdiction', 'heartbeat'],
    logger,
  });
  const cellKey = trust.cells[cell.region];
  if (cellKey === undefined)
    throw new BailiwickError('config-invalid', 'BAILIWICK_TRUST_FILE names no key of this cell');
  const detectors = new Detectors(config.BAILIWICK_DETECT_COUNTRIES);
  const rules = new PublishedRules(control, detectors, config.BAILIWICK_STALE_AFTER_MS);
  const sealer = new CellSealer(cell.region, cellKey);
  const stage = new StageRunner<RecordReceived>(
    {
      cluster,
      cell,
      logger,
      seal: (bytes, eventId) => sealer.sealToCell(eventId, bytes),
      onFatal: kit.fatal,
    },
    {
      name: 'classify',
      topics: [topics.record],
      type: EVENT_TYPES.received,
      concurrency: config.BAILIWICK_CONCURRENCY,
      stage: classifyStage({
        region: cell.region,
        topics,
        rules,
        ledger: await EventLedger.open(database),
        custody,
        drift: new FieldDrift(detectors.everything),
      }),
    },
  );
  const explainer = new Explainer(rules);
  const administrators = new Callers(config.BAILIWICK_EXPLAIN_PEERS);
  grpc.add(ClassifierServiceService, classifierService(explainer, administrators, logger));
  if (config.BAILIWICK_API_PORT !== undefined) {
    const analyzers = config.BAILIWICK_ANALYZE_PEERS;
    kit.add(
      new ApiServer({
        host: config.BAILIWICK_HTTP_HOST,
        port: config.BAILIWICK_API_PORT,
        tls: readTls(config),
        explainer,
        administrators,
        analyzers: analyzers.length > 0 ? new Callers(analyzers) : null,
        logger,
      }),
    );
  }
  for (const part of [control, stage]) {
    kit.add(part);
    health.add(part.check);
  }
  return { module: RootModule };
}
