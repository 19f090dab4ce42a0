import { Cluster, StageRunner, emit, type StageDefinition } from '@bailiwick/kafka';
import type { EventType } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { BareRelay } from './bare-relay.js';
import { HOP_VARIABLE, HopSetup, PARTITIONS, type HopMessage } from './relay-setup.js';

/** One hop of the relay benchmark in its own process: ready, then working until SIGTERM. */
const setup = HopSetup.parse(JSON.parse(process.env[HOP_VARIABLE] ?? '{}'));
const cluster = new Cluster({
  identity: { region: setup.region, workload: 'admin' },
  brokers: [setup.broker],
  tls: setup.tls,
  logger: SILENT,
});

/** Bytes as they are: the benchmark measures the runner, not a codec. */
const RAW: EventType<Uint8Array> = {
  type: 'bailiwick.bench.record.v1',
  contentType: 'application/protobuf',
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
};

function runner(): StageRunner<Uint8Array> {
  const definition: StageDefinition<Uint8Array> = {
    name: setup.name,
    topics: [setup.from],
    type: RAW,
    concurrency: 256,
    lanes: setup.lanes,
    stage: (message) => Promise.resolve([emit({ topic: setup.to, type: RAW, message, fact: null })]),
  };
  const cell = {
    region: setup.region,
    jurisdiction: 'eu',
    partitions: PARTITIONS,
    lanes: setup.lanes,
    pools: [],
    borders: [],
  };
  const onFatal = (error: unknown): void => {
    console.error(error);
    process.exit(1);
  };
  return new StageRunner({ cluster, cell, logger: SILENT, seal: null, onFatal }, definition);
}

const say = (message: HopMessage): unknown => process.send?.(message);
const hop = setup.kind === 'runner' ? runner() : new BareRelay(cluster, setup);
process.once('disconnect', () => process.exit(1));
await hop.start();
await hop.ready();
say({ ready: true });
process.once('SIGTERM', () => {
  const { user, system } = process.cpuUsage();
  say({ cpuSeconds: (user + system) / 1e6, residentMb: process.memoryUsage.rss() / 2 ** 20 });
  void hop.stop().finally(() => process.exit(0));
});
