import { EVENT_TYPES, type RecordReceived } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster.js';
import { TEST_CELL } from './sample.test-kit.js';
import { StageRunner } from './stage-runner.js';
import { emit } from './stage.js';

/** What a stage in its own process is told, as JSON in the variable `STAGE_PROCESS`. */
export interface StageProcessSetup {
  readonly broker: string;
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly stage: string;
  readonly from: string;
  readonly to: string;
  readonly lanes: number;
  /** Milliseconds that the stage works on each record. */
  readonly workMs: number;
  /** Ends itself by SIGKILL when the broker has answered this request for the given time. */
  readonly dieAt?: { readonly request: string; readonly count: number };
}

const setup = JSON.parse(process.env['STAGE_PROCESS'] ?? '{}') as StageProcessSetup;
const cluster = new Cluster({
  identity: { region: TEST_CELL.region, workload: 'admin' },
  brokers: [setup.broker],
  tls: setup.tls,
  logger: SILENT,
});
if (setup.dieAt) dieAt(setup.dieAt.request, setup.dieAt.count);

/** The client's own events tell what the broker has answered, so the runner needs no seam for its tests. */
function dieAt(request: string, count: number): void {
  const make = cluster.producers.producer.bind(cluster.producers);
  let answered = 0;
  cluster.producers.producer = (config) => {
    const producer = make(config);
    producer.on(producer.events.REQUEST, ({ payload }) => {
      if (payload.apiName === request && ++answered === count) process.kill(process.pid, 'SIGKILL');
    });
    return producer;
  };
}

const runner = new StageRunner<RecordReceived>(
  {
    cluster,
    cell: TEST_CELL,
    logger: SILENT,
    seal: null,
    onFatal: () => process.exit(1),
    sessionTimeoutMs: 2000,
  },
  {
    name: setup.stage,
    topics: [setup.from],
    type: EVENT_TYPES.received,
    concurrency: 32,
    lanes: setup.lanes,
    stage: async (message) => {
      if (setup.workMs > 0) await sleep(setup.workMs);
      return [emit({ topic: setup.to, type: EVENT_TYPES.received, message, fact: { kind: 'classified' } })];
    },
  },
);
process.once('SIGTERM', () => void runner.stop().finally(() => process.exit(0)));
// Nobody is there any more to end this process.
process.once('disconnect', () => process.exit(1));
await runner.start();
await runner.ready();
process.send?.('ready');
