import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toHeaders } from '@bailiwick/contracts';
import { Cluster, createTopics } from '@bailiwick/kafka';
import type { Consumer, Producer } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { BenchBroker } from './bench-broker.js';
import { median, quantile } from './figures.js';
import { HOP_VARIABLE, PARTITIONS, RECORD_BYTES, type HopMessage, type HopSetup } from './relay-setup.js';

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
  const cluster = broker.cluster;
  const hopCount = options.hops ?? HOPS;
  const names = Array.from({ length: hopCount + 1 }, (_, hop) => `bench.${kind}.${round}.${hop}`);
  await createTopics(
    cluster,
    names.map((name) => ({
      name,
      partitions: PARTITIONS,
      purpose: 'benchmark',
      schema: 'bytes',
      writers: [],
      readers: [],
      cleanup: 'delete',
      retentionMs: 3_600_000,
      maxMessageBytes: 8 * 1024 * 1024,
    })),
  );
  const hops = await Promise.all(
    names.slice(1).map((to, index) =>
      startHop({
        kind,
        broker: broker.address,
        region: broker.region,
        tls: broker.credentials,
        name: `${kind}-${round}-${index}`,
        from: names[index] ?? '',
        to,
        lanes: options.lanes,
      }),
    ),
  );
  const line = await Line.open(cluster, names[0] ?? '', names[hopCount] ?? '');
  try {
    await line.flood(WARM_UP);
    const seconds = await line.flood(options.records);
    await sleep(500);
    const latencies = await line.drip(RATE, options.seconds);
    const usage = await Promise.all(hops.map(stopHop));
    return {
      recordsPerSecond: options.records / seconds,
      medianMs: median(latencies),
      p99Ms: quantile(latencies, 0.99),
      cpuSeconds: usage.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
      residentMb: usage.reduce((sum, { residentMb }) => sum + residentMb, 0),
    };
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

async function stopHop(child: ChildProcess): Promise<{ cpuSeconds: number; residentMb: number }> {
  const said = once(child, 'message') as Promise<[HopMessage]>;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [usage] = await said;
  await ended;
  return 'cpuSeconds' in usage ? usage : { cpuSeconds: 0, residentMb: 0 };
}

/** Both ends of the relay: sends records into the first topic and takes them from the last. */
class Line {
  #arrived = 0;
  #sent = 0;
  #latencies: number[] = [];
  #waiting: { count: number; resolve: () => void } | null = null;

  private constructor(
    private readonly producer: Producer,
    private readonly consumer: Consumer,
    private readonly topic: string,
  ) {}

  static async open(cluster: Cluster, first: string, last: string): Promise<Line> {
    const producer = cluster.producers.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    const consumer = cluster.consumers.consumer({
      groupId: cluster.name(`end-${last}`),
      maxWaitTimeInMs: 100,
      minBytes: 1,
    });
    const line = new Line(producer, consumer, first);
    await producer.connect();
    await consumer.connect();
    await consumer.subscribe({ topics: [last], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const now = Date.now();
        for (const { value } of batch.messages) line.#take(now - (value?.readDoubleBE(0) ?? 0));
        return Promise.resolve();
      },
    });
    return line;
  }

  /** Sends records as fast as it goes; seconds from the first sent to the last arrived. */
  async flood(count: number): Promise<number> {
    const all = this.#until(this.#sent + count);
    const started = performance.now();
    for (let sent = 0; sent < count; sent += 500) await this.#send(Math.min(500, count - sent));
    await all;
    return (performance.now() - started) / 1000;
  }

  /** Sends at a steady rate; latencies in milliseconds without those of the first two seconds. */
  async drip(rate: number, seconds: number): Promise<readonly number[]> {
    this.#latencies = [];
    const started = performance.now();
    const total = rate * seconds;
    const all = this.#until(this.#sent + total);
    const sends: Promise<void>[] = [];
    for (let sent = 0; sent < total;) {
      const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
      if (due > sent) sends.push(this.#send(due - sent));
      sent = Math.max(sent, due);
      await sleep(2);
    }
    await Promise.all(sends);
    await all;
    return this.#latencies.slice(rate * 2);
  }

  async close(): Promise<void> {
    await Promise.all([this.producer.disconnect(), this.consumer.disconnect()]);
  }

  async #send(count: number): Promise<void> {
    const now = Date.now();
    const messages = Array.from({ length: count }, () => sample(this.#sent++, now));
    await this.producer.send({ topic: this.topic, acks: -1, messages });
  }

  #take(latency: number): void {
    this.#arrived++;
    this.#latencies.push(latency);
    if (this.#waiting && this.#arrived >= this.#waiting.count) this.#waiting.resolve();
  }

  #until(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = { count, resolve };
    return promise;
  }
}

const VALUE = randomBytes(RECORD_BYTES);

/** A record with the headers of a real one; its value begins with the time of sending. */
function sample(n: number, now: number): { key: string; value: Buffer; headers: Record<string, string> } {
  const value = Buffer.from(VALUE);
  value.writeDoubleBE(now, 0);
  const subject = `s${n % 997}`;
  const headers = toHeaders({
    id: `evt-${n}`,
    type: 'bailiwick.bench.record.v1',
    source: 'spiffe://bench',
    subject,
    time: now,
    contentType: 'application/protobuf',
    tenant: 'atlas',
    purpose: 'triage',
    classification: 'Internal',
    traceparent: null,
  });
  return { key: `atlas.${subject}`, value, headers };
}
