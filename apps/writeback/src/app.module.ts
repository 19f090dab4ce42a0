import type { DynamicModule } from '@nestjs/common';
import { CONTROL_REGION, EVENT_TYPES, boundedTablesOf, spiffeId, topicNames } from '@bailiwick/contracts';
import { CredentialService, openCrm } from '@bailiwick/crm';
import { CellSealer, Custody } from '@bailiwick/custody';
import { grpcServerOf } from '@bailiwick/grpc';
import { ControlReader, StageRunner, clusterOf } from '@bailiwick/kafka';
import {
  BoundedTable,
  RootModule,
  databaseError,
  openDatabase,
  readTls,
  type ServiceDefinition,
  type ServiceKit,
} from '@bailiwick/platform';
import { readConfig, type WritebackConfig } from './config.js';
import { erasing } from './erasure/erasing.js';
import { Leases } from './credential/leases.js';
import { CrmPauses } from './write/crm-pauses.js';
import { postponedStage } from './write/postponed.stage.js';
import { writeBackStage } from './write/write-back.stage.js';
import { WriteLedger } from './write/write-ledger.js';

/** The write-back of one cell. */
export const writeback = (env: NodeJS.ProcessEnv = process.env): ServiceDefinition<WritebackConfig> => ({
  config: readConfig(env),
  wire,
});

const CONTROL_PLANE = spiffeId({ region: CONTROL_REGION, workload: 'control-plane' });
/** For as long as their topic keeps them. */
const POSTPONED_AT_MOST_MS = 7 * 86_400_000;

async function wire({
  config,
  logger,
  health,
  add,
  fatal,
}: ServiceKit<WritebackConfig>): Promise<DynamicModule> {
  const { BAILIWICK_CELL_FILE: cell, BAILIWICK_TRUST_FILE: trust } = config;
  const cluster = clusterOf(config, logger);
  const tls = readTls(config);
  const database = openDatabase(config);
  const ledger = await WriteLedger.open(database);
  const custody = await Custody.open({
    pool: database,
    cellKeys: config.BAILIWICK_CELL_KEY_FILE,
  }).catch((thrown: unknown) => Promise.reject(databaseError(thrown)));
  const connections = new Map(
    config.BAILIWICK_CRM_CONNECTIONS_FILE.map((connection) => [connection.name, openCrm(connection, tls.ca)]),
  );
  const control = new ControlReader({
    cluster,
    cell,
    keys: trust.signers[CONTROL_PLANE] ?? [],
    kinds: ['purpose', 'credential', 'profile', 'pool', 'erasure'],
    logger,
  });
  const credentials = new CredentialService(config.BAILIWICK_CREDENTIALS_URL, tls);
  const leases = new Leases(credentials, control);
  const names = topicNames(cell.jurisdiction);
  const sealer = new CellSealer(cell.region, trust.cells[cell.region] ?? '');
  const running = {
    cluster,
    cell,
    logger,
    seal: (bytes: Uint8Array, eventId: string) => sealer.sealToCell(eventId, bytes),
    onFatal: fatal,
  };
  const writing = {
    region: cell.region,
    control,
    custody,
    replies: names.reply,
    ledger,
    leases,
    connections,
    pauses: new CrmPauses(),
  };
  const { BAILIWICK_CONCURRENCY: concurrency, BAILIWICK_POSTPONE_AFTER_MS: afterMs } = config;
  const type = EVENT_TYPES.result;
  const runner = new StageRunner(running, {
    name: 'write-back',
    topics: [names.result],
    type,
    stage: writeBackStage({ ...writing, postpone: { topic: names.postponed, afterMs } }),
    concurrency,
  });
  const postponed = new StageRunner(
    // Waiting for a CRM's day to begin anew is no stall.
    { ...running, stalledAfterMs: POSTPONED_AT_MOST_MS },
    {
      name: 'write-back-postponed',
      topics: [names.postponed],
      type,
      stage: postponedStage(writeBackStage({ ...writing, postpone: null }), ledger),
      concurrency,
    },
  );
  health.add(control.check);
  for (const { check } of [runner, postponed]) health.add(check);
  const close = async (): Promise<void> => {
    await Promise.all([credentials, ...connections.values()].map((client) => client.close()));
    await database.end();
  };
  add(grpcServerOf({ config, health }));
  add({ start: () => Promise.resolve(), stop: close });
  add(custody.erasures);
  for (const table of boundedTablesOf('writeback')) add(new BoundedTable(table, database, logger));
  add(control);
  add(runner);
  add(postponed);
  for (const part of erasing({ config, running, control, custody })) {
    if (part.check) health.add(part.check);
    add(part);
  }
  return { module: RootModule };
}
