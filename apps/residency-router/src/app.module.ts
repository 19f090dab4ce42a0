import {
  CONTROL_REGION,
  EVENT_TYPES,
  ResidencyServiceService,
  boundedTablesOf,
  crossingWithoutPoolKey,
  readTrustBundle,
  spiffeId,
  topicNames,
  withoutPoolKey,
  type BorderCrossing,
  type PoolReport,
  type RecordClassified,
} from '@bailiwick/contracts';
import { CellOpener, CellSealer, Custody, FileCellKeys } from '@bailiwick/custody';
import { grpcServerOf } from '@bailiwick/grpc';
import {
  Cluster,
  ControlReader,
  StageRunner,
  TailReader,
  clusterOf,
  readAt,
  relayTo,
  type StageDefinition,
  type StageRunnerOptions,
} from '@bailiwick/kafka';
import {
  BailiwickError,
  BoundedTable,
  RootModule,
  databaseError,
  identityOf,
  openDatabase,
  readTls,
  type ServiceDefinition,
  type ServiceKit,
} from '@bailiwick/platform';
import { ReceiptSigner } from '@bailiwick/receipt';
import type { DynamicModule } from '@nestjs/common';
import { checkpointStage, type CheckpointParts } from './border/checkpoint.js';
import { inboxStage } from './border/inbox.stage.js';
import { readConfig, type RouterConfig } from './config.js';
import { PoolInventory } from './inventory/pool-inventory.js';
import { CommandLedger } from './operations/command-ledger.js';
import { operationsStage } from './operations/operations.stage.js';
import { residencyService } from './residency/residency.service.js';
import { DecisionMaker } from './route/decision-maker.js';
import { returnedStage } from './route/returned.stage.js';
import { routeStage } from './route/route.stage.js';
import { waitingStage } from './route/waiting.stage.js';

/** The residency-router as a service. */
export const residencyRouter = (env: NodeJS.ProcessEnv = process.env): ServiceDefinition<RouterConfig> => ({
  config: readConfig(env),
  wire,
});

async function wire(kit: ServiceKit<RouterConfig>): Promise<DynamicModule> {
  const { config, logger, health } = kit;
  const cell = config.BAILIWICK_CELL_FILE;
  const topics = topicNames(cell.jurisdiction);
  const trust = readTrustBundle(config.BAILIWICK_TRUST_FILE);
  const database = openDatabase(config);
  kit.add({ start: () => Promise.resolve(), stop: () => database.end() });
  const custody = await Custody.open({ pool: database, cellKeys: config.BAILIWICK_CELL_KEY_FILE }).catch(
    (thrown: unknown) => Promise.reject(databaseError(thrown)),
  );
  kit.add(custody.erasures);
  for (const table of boundedTablesOf('residency-router')) kit.add(new BoundedTable(table, database, logger));

  const cluster = clusterOf(config, logger);
  const approvers = trust.signers[spiffeId({ region: CONTROL_REGION, workload: 'control-plane' })] ?? [];
  const control = new ControlReader({
    cluster,
    cell,
    keys: approvers,
    kinds: ['profile', 'purpose', 'policy', 'pool', 'heartbeat'],
    logger,
  });
  kit.add(control);
  health.add(control.check);

  const sinceMs = config.BAILIWICK_REPORT_STALE_AFTER_MS;
  const inventory = new PoolInventory(cell, control, sinceMs);
  // Not a part of readiness: without reports a cell works on, and knows less of its pools.
  for (const { id } of cell.pools) {
    const take = (report: PoolReport): void => inventory.take(id, report);
    const report = { topic: topics.report(id), type: EVENT_TYPES.report, sinceMs, withinMs: 500, take };
    kit.add(new TailReader({ cluster, logger, ...report }));
  }
  const decisions = new DecisionMaker(cell, control, inventory, config.BAILIWICK_STALE_AFTER_MS);
  const parts: CheckpointParts = {
    cell,
    topics,
    trust,
    control,
    decisions,
    neighbours: config.BAILIWICK_NEIGHBOURS,
    custody,
    signer: new ReceiptSigner(config.BAILIWICK_SIGNING_KEY_FILE),
    issuer: spiffeId(identityOf(config)),
    receiptTtlMs: config.BAILIWICK_RECEIPT_TTL_MS,
  };

  const cellKey = trust.cells[cell.region];
  if (cellKey === undefined)
    throw new BailiwickError('config-invalid', 'BAILIWICK_TRUST_FILE names no key of this cell');
  const sealer = new CellSealer(cell.region, cellKey);
  const options: StageRunnerOptions = {
    cluster,
    cell,
    logger,
    seal: (bytes, eventId) => sealer.sealToCell(eventId, bytes),
    onFatal: kit.fatal,
  };
  const run = <In>(definition: Omit<StageDefinition<In>, 'concurrency'>): void => {
    const runner = new StageRunner(options, { ...definition, concurrency: config.BAILIWICK_CONCURRENCY });
    kit.add(runner);
    health.add(runner.check);
  };
  // Added first, so stopped last: a neighbour that does not answer takes none of the others' time to drain.
  for (const neighbour of config.BAILIWICK_NEIGHBOURS) {
    const destination = new Cluster({
      identity: cluster.identity,
      brokers: neighbour.brokers,
      tls: readTls(config),
      logger,
    });
    const definition: StageDefinition<BorderCrossing> = {
      name: `checkpoint.${neighbour.region}`,
      topics: [topics.border(neighbour.jurisdiction)],
      type: EVENT_TYPES.border,
      stage: checkpointStage(neighbour, parts),
      kept: crossingWithoutPoolKey,
      concurrency: config.BAILIWICK_CONCURRENCY,
    };
    const cursorTopic = topicNames(neighbour.jurisdiction).cursor('residency-router');
    // Not a part of readiness: a cell keeps working while its neighbour is away.
    kit.add(new StageRunner(options, definition, relayTo(cluster, { cluster: destination, cursorTopic })));
  }
  // Not a part of readiness: that a pool stays full is no fault of the router.
  const waiting: StageDefinition<RecordClassified> = {
    name: 'waiting',
    topics: cell.pools.map(({ id }) => topics.waiting(id)),
    type: EVENT_TYPES.classified,
    stage: waitingStage(parts),
    concurrency: config.BAILIWICK_CONCURRENCY,
  };
  if (waiting.topics.length > 0) kit.add(new StageRunner(options, waiting));
  run({ name: 'route', topics: [topics.classified], type: EVENT_TYPES.classified, stage: routeStage(parts) });
  run({
    name: 'returned',
    topics: [topics.returned],
    type: EVENT_TYPES.request,
    stage: returnedStage(parts),
    kept: withoutPoolKey,
  });
  run({
    name: 'operations',
    topics: [topics.command],
    type: EVENT_TYPES.command,
    stage: operationsStage({
      cell,
      topics,
      control,
      approvers,
      ledger: await CommandLedger.open(database),
      opener: new CellOpener(cell.region, FileCellKeys.read(config.BAILIWICK_CELL_KEY_FILE)),
      read: (at) => readAt(cluster, at),
    }),
  });
  run({
    name: 'inbox',
    topics: [topics.inbox],
    type: EVENT_TYPES.border,
    stage: inboxStage(parts),
    kept: crossingWithoutPoolKey,
  });

  const server = grpcServerOf(kit);
  server.add(ResidencyServiceService, residencyService(decisions, logger));
  kit.add(server);
  return { module: RootModule };
}
