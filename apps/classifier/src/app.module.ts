import {
  CONTROL_REGION,
  EVENT_TYPES,
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
  RootModule,
  databaseError,
  openDatabase,
  type ServiceDefinition,
  type ServiceKit,
} from '@bailiwick/platform';
import type { DynamicModule } from '@nestjs/common';
import { FieldCatalog } from './catalog/field-catalog.js';
import { classifyStage } from './classify/classify.stage.js';
import { readConfig, type ClassifierConfig } from './config.js';
import { EventLedger } from './ledger/event-ledger.js';

/** The classifier as a service. */
export const classifier = (env: NodeJS.ProcessEnv = process.env): ServiceDefinition<ClassifierConfig> => ({
  config: readConfig(env),
  wire,
});

async function wire(kit: ServiceKit<ClassifierConfig>): Promise<DynamicModule> {
  const { config, logger, health } = kit;
  kit.add(grpcServerOf(kit));
  const cell = config.BAILIWICK_CELL_FILE;
  const topics = topicNames(cell.jurisdiction);
  const trust = readTrustBundle(config.BAILIWICK_TRUST_FILE);
  const database = openDatabase(config);
  kit.add({ start: () => Promise.resolve(), stop: () => database.end() });

  const cluster = clusterOf(config, logger);
  const control = new ControlReader({
    cluster,
    cell,
    keys: trust.signers[spiffeId({ region: CONTROL_REGION, workload: 'control-plane' })] ?? [],
    kinds: ['purpose'],
    logger,
  });
  const cellKey = trust.cells[cell.region];
  if (cellKey === undefined)
    throw new BailiwickError('config-invalid', 'BAILIWICK_TRUST_FILE names no key of this cell');
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
        control,
        ledger: await EventLedger.open(database),
        custody: await Custody.open({ pool: database, cellKeys: config.BAILIWICK_CELL_KEY_FILE }).catch(
          (thrown: unknown) => Promise.reject(databaseError(thrown)),
        ),
        catalog: FieldCatalog.read(config.BAILIWICK_CATALOG_DIR),
        countries: config.BAILIWICK_PHONE_COUNTRIES,
      }),
    },
  );
  for (const part of [control, stage]) {
    kit.add(part);
    health.add(part.check);
  }
  return { module: RootModule };
}
