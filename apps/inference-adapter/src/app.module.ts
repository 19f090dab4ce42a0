import type { DynamicModule } from '@nestjs/common';
import {
  CONTROL_REGION,
  EVENT_TYPES,
  partitionKey,
  spiffeId,
  topicNames,
  withoutPoolKey,
} from '@bailiwick/contracts';
import { CellSealer, PoolKey } from '@bailiwick/custody';
import { grpcServerOf } from '@bailiwick/grpc';
import {
  ControlReader,
  ReportWriter,
  StageRunner,
  TailReader,
  clusterOf,
  partitionOf,
} from '@bailiwick/kafka';
import {
  RootModule,
  identityOf,
  readTls,
  type ServiceDefinition,
  type ServiceKit,
} from '@bailiwick/platform';
import { answerStage } from './answer/answer.stage.js';
import { CircuitBreaker } from './answer/circuit-breaker.js';
import { GoneCallers, REMEMBERED_MS } from './answer/gone-callers.js';
import { PoolClient } from './answer/pool-client.js';
import { readConfig, type AdapterConfig } from './config.js';
import { PoolReporter } from './report/pool-reporter.js';
import { PoolStatements } from './report/pool-statements.js';
import { requireCertificateOf } from './verify/certificate-pin.js';
import { pastDeliveries } from './verify/past-deliveries.js';
import { ReplayGuard } from './verify/replay-guard.js';
import type { Pin } from './verify/verify-request.js';

/** The inference-adapter of one pool. */
export const inferenceAdapter = (env: NodeJS.ProcessEnv = process.env): ServiceDefinition<AdapterConfig> => ({
  config: readConfig(env),
  wire,
});

const CONTROL_PLANE = spiffeId({ region: CONTROL_REGION, workload: 'control-plane' });

function wire({ config, logger, health, add, fatal }: ServiceKit<AdapterConfig>): Promise<DynamicModule> {
  const { BAILIWICK_CELL_FILE: cell, BAILIWICK_TRUST_FILE: trust, BAILIWICK_POOL: pool } = config;
  const tls = readTls(config);
  requireCertificateOf(identityOf(config), tls.cert);
  const pin = pinOf(config);
  const cluster = clusterOf(config, logger);
  const names = topicNames(cell.jurisdiction);

  const control = new ControlReader({
    cluster,
    cell,
    keys: trust.signers[CONTROL_PLANE] ?? [],
    kinds: ['profile', 'purpose'],
    logger,
  });
  const breaker = new CircuitBreaker({
    failures: 5,
    coolDownMs: 500,
    maxCoolDownMs: 15_000,
    now: () => performance.now(),
  });
  const client = new PoolClient({
    pool,
    region: cell.region,
    url: config.BAILIWICK_POOL_URL,
    tls,
    concurrency: config.BAILIWICK_CONCURRENCY,
    breaker,
  });
  const sealer = new CellSealer(cell.region, trust.cells[cell.region] ?? '');
  const callers = new GoneCallers();
  const tail = new TailReader({
    cluster,
    topic: names.gone,
    type: EVENT_TYPES.gone,
    sinceMs: REMEMBERED_MS,
    take: (caller) => callers.take(caller),
    logger,
  });
  const stage = answerStage({
    verification: {
      pin,
      poolKey: PoolKey.read(pool, config.BAILIWICK_POOL_KEY_FILE),
      trust,
      profileOf: (tenant) => control.get('profile', tenant),
      partitionOf: (tenant, subject) => partitionOf(partitionKey(tenant, subject), pin.partitions),
      nowMs: Date.now,
    },
    replays: new ReplayGuard(pastDeliveries(cluster)),
    control,
    countries: config.BAILIWICK_PHONE_COUNTRIES,
    ask: (question, signal) => client.ask(question, signal),
    callers,
    names,
  });
  const runner = new StageRunner(
    {
      cluster,
      cell,
      logger,
      seal: (bytes, eventId) => sealer.sealToCell(eventId, bytes),
      onFatal: fatal,
    },
    {
      name: 'answer',
      topics: [names.request(pool)],
      type: EVENT_TYPES.request,
      stage,
      kept: withoutPoolKey,
      concurrency: config.BAILIWICK_CONCURRENCY,
    },
  );
  const reports = new ReportWriter(cluster, names.report(pool), EVENT_TYPES.report);
  const statements = new PoolStatements({
    pool,
    region: cell.region,
    url: config.BAILIWICK_POOL_URL,
    tls,
    nvidiaSmi: config.BAILIWICK_NVIDIA_SMI,
  });
  const reporter = new PoolReporter({
    pool,
    region: cell.region,
    places: config.BAILIWICK_CONCURRENCY,
    mostWaiting: config.BAILIWICK_MOST_WAITING,
    everyMs: config.BAILIWICK_REPORT_EVERY_MS,
    waiting: () => runner.behind(),
    ask: () => statements.ask(),
    write: (report) => reports.write(pool, report.at?.getTime() ?? 0, report),
    logger,
  });
  health.add(control.check);
  health.add(runner.check);
  health.add({ name: 'pool', problem: () => (breaker.open ? 'the pool does not answer' : null) });
  add(grpcServerOf({ config, health }));
  add({ start: () => Promise.resolve(), stop: () => client.close() });
  add({ start: () => Promise.resolve(), stop: () => statements.close() });
  add(control);
  add(tail);
  add(runner);
  add(reports);
  add(reporter);
  return Promise.resolve({ module: RootModule });
}

function pinOf(config: AdapterConfig): Pin {
  const { region, jurisdiction, partitions, pools } = config.BAILIWICK_CELL_FILE;
  const pool = pools.find(({ id }) => id === config.BAILIWICK_POOL);
  return {
    pool: config.BAILIWICK_POOL,
    region,
    jurisdiction,
    partitions,
    dedicatedTo: pool?.dedicatedTo ?? null,
  };
}
