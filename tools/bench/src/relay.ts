import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createTopics } from '@bailiwick/kafka';
import { BenchBroker } from './bench-broker.js';
import { median, quantile } from './figures.js';
import { Line } from './relay-line.js';
import { HOP_VARIABLE, PARTITIONS, type HopMessage, type HopSetup } from './relay-setup.js';

/** What is measured and how much of it. */
export interface RelayOptions {
  readonly records: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly lanes: number;
  /** Hops from the first topic to the last, each its own process; five when absent. */
  readonly hops?: number;
  readonly say: (line: string) => void;
}

/** Figures of one side of the benchmark; every list has one figure a round. */
export interface RelaySide {
  readonly recordsPerSecond: readonly number[];
  readonly medianMs: readonly number[];
  readonly p99Ms: readonly number[];
  /** CPU seconds and resident MB of all five hops. */
  readonly cpuSeconds: readonly number[];
  readonly residentMb: readonly number[];
}

/** Both sides and how the runner compares. */
export interface RelayResult {
  readonly runner: RelaySide;
  readonly bare: RelaySide;
  /** Runner's throughput over the bare loop's; at least 0.8 is promised. */
  readonly throughputRatio: number;
  /** Runner's median latency over the bare loop's; at most 1.3 is promised. */
  readonly latencyRatio: number;
}

const HOPS = 5;
const RATE = 200;
const WARM_UP = 2000;
const HOP_PROGRAM = fileURLToPath(new URL('./relay-hop.js', import.meta.url));

/** Five hops in five processes: the stage runner against the bare loop, in turns, on one broker. */
export async function relayBenchmark(options: RelayOptions): Promise<RelayResult> {
  const broker = await BenchBroker.start();
  const sides = { runner: emptySide(), bare: emptySide() };
  try {
    for (let round = 1; round <= options.rounds; round++)
      for (const kind of ['bare', 'runner'] as const) {
        const figures = await relayRound(broker, kind, round, options);
        for (const [name, figure] of Object.entries(figures))
          sides[kind][name as keyof RelaySide].push(figure);
        options.say(
          `round ${round} ${kind.padEnd(6)} ${figures.recordsPerSecond.toFixed(0).padStart(6)} records/s, ` +
            `median ${figures.medianMs.toFixed(0)} ms, p99 ${figures.p99Ms.toFixed(0)} ms at ${RATE} records/s, ` +
            `${figures.cpuSeconds.toFixed(1)} s CPU, ${figures.residentMb.toFixed(0)} MB`,
        );
      }
  } finally {
    await broker.stop();
  }
  return {
    ...sides,
    throughputRatio: median(sides.runner.recordsPerSecond) / median(sides.bare.recordsPerSecond),
    latencyRatio: median(sides.runner.medianMs) / median(sides.bare.medianMs),
  };
}

/** One side only: the bare loop over some hops, one set of figures a round. For what is compared with it elsewhere. */
export async function bareRelay(options: Omit<RelayOptions, 'lanes'>): Promise<Round[]> {
  const broker = await BenchBroker.start();
  const figures: Round[] = [];
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const one = await relayRound(broker, 'bare', round, { ...options, lanes: 1 });
      figures.push(one);
      options.say(
        `round ${round} bare   ${one.recordsPerSecond.toFixed(0).padStart(6)} records/s, median ${one.medianMs.toFixed(0)} ms, p99 ${one.p99Ms.toFixed(0)} ms at ${RATE} records/s`,
      );
    }
  } finally {
    await broker.stop();
  }
  return figures;
}

type Writable = { -readonly [Name in keyof RelaySide]: number[] };
type Round = { [Name in keyof RelaySide]: number };
const emptySide = (): Writable => ({
  recordsPerSecond: [],
  medianMs: [],
  p99Ms: [],
  cpuSeconds: [],
  residentMb: [],
});

async function relayRound(
  broker: BenchBroker,
  kind: HopSetup['kind'],
  round: number,
  options: RelayOptions,
): Promise<Round> {
  const name = `${kind}.${round}`;
  return withHops(
    broker,
    { kind, name, count: options.hops ?? HOPS, lanes: options.lanes },
    async (line, stop) => {
      await line.flood(WARM_UP);
      const seconds = await line.flood(options.records);
      await sleep(500);
      const latencies = await line.drip(RATE, options.seconds);
      const usage = await stop();
      return {
        recordsPerSecond: options.records / seconds,
        medianMs: median(latencies),
        p99Ms: quantile(latencies, 0.99),
        cpuSeconds: usage.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
        residentMb: usage.reduce((sum, { residentMb }) => sum + residentMb, 0),
      };
    },
  );
}

/** Latencies in milliseconds of the bare loop over some hops with so many records on their way, each sent when another arrives. */
export async function bareInTurn(
  hops: number,
  concurrent: number,
  seconds: number,
): Promise<readonly number[]> {
  const broker = await BenchBroker.start();
  try {
    return await withHops(broker, { kind: 'bare', name: 'turn', count: hops, lanes: 1 }, async (line) => {
      await line.flood(WARM_UP);
      return line.keep(concurrent, seconds);
    });
  } finally {
    await broker.stop();
  }
}

interface Hops {
  readonly kind: HopSetup['kind'];
  readonly name: string;
  readonly count: number;
  readonly lanes: number;
}
type HopUsage = { readonly cpuSeconds: number; readonly residentMb: number };

/** Works with a line whose hops run, each in its own process; `stop` ends them and says what they used. */
async function withHops<T>(
  { cluster, ...broker }: BenchBroker,
  { kind, name, count, lanes }: Hops,
  work: (line: Line, stop: () => Promise<readonly HopUsage[]>) => Promise<T>,
): Promise<T> {
  const names = Array.from({ length: count + 1 }, (_, hop) => `bench.${name}.${hop}`);
  await createTopics(
    cluster,
    names.map((topic) => ({
      name: topic,
      partitions: PARTITIONS,
      purpose: 'benchmark',
      schema: 'bytes',
      writers: [],
      readers: [],
      cleanup: 'delete',
      opens: 'nobody',
      retentionMs: 3_600_000,
      maxMessageBytes: 8 * 1024 * 1024,
    })),
  );
  const { address, region, credentials } = broker;
  const hops = await Promise.all(
    names.slice(1).map((to, index) => {
      const from = names[index] ?? '';
      const hop = `${name.replaceAll('.', '-')}-${index}`;
      return startHop({ kind, broker: address, region, tls: credentials, name: hop, from, to, lanes });
    }),
  );
  const line = await Line.open(cluster, names[0] ?? '', names[count] ?? '');
  try {
    return await work(line, () => Promise.all(hops.map(stopHop)));
  } finally {
    await line.close();
    for (const hop of hops) hop.kill('SIGKILL');
  }
}

async function startHop(setup: HopSetup): Promise<ChildProcess> {
  const child = fork(HOP_PROGRAM, {
    env: { ...process.env, [HOP_VARIABLE]: JSON.stringify(setup) },
    execArgv: process.execArgv,
  });
  await once(child, 'message');
  return child;
}

async function stopHop(child: ChildProcess): Promise<HopUsage> {
  const said = once(child, 'message') as Promise<[HopMessage]>;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [usage] = await said;
  await ended;
  return 'cpuSeconds' in usage ? usage : { cpuSeconds: 0, residentMb: 0 };
}
