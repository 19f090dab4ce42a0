import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CertificateAuthority, IngestTarget, startStack, type Stack } from '@bailiwick/stack';
import { benchSeed } from './bench-seed.js';
import { CrmSink } from './crm-sink.js';
import { median, quantile } from './figures.js';
import { usageOf, type Usage } from './process-usage.js';
import { RecordStream } from './record-stream.js';
import { stageFigures, type StageFigures } from './stage-figures.js';
import { bareRelay } from './relay.js';

/** What is measured and how much of it. */
export interface PipelineOptions {
  readonly records: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Folder for a CPU profile of each service (V8's format), written when the mesh stops; none when absent. */
  readonly profile?: string;
  readonly say: (line: string) => void;
}

/** Figures of one side. */
interface Side {
  readonly recordsPerSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Both sides, how the mesh compares, and where its time went. */
export interface PipelineResult {
  readonly mesh: readonly Side[];
  readonly bare: readonly Side[];
  /** The mesh's throughput over the bare relay's; at least 0.35 is promised. */
  readonly throughputRatio: number;
  /** The mesh's median latency over the bare relay's at 200 records/s; at most 2 is promised. */
  readonly latencyRatio: number;
  /** The mesh's p99 at 200 records/s in milliseconds; under 1000 is promised. */
  readonly p99Ms: number;
  /** Processor milliseconds per record and resident MB by process, over the floods. */
  readonly processes: Readonly<
    Record<string, { readonly cpuMsPerRecord: number; readonly residentMb: number }>
  >;
  /** How each stage shared its transactions. */
  readonly stages: readonly StageFigures[];
}

const RATE = 200;
const WARM_UP = 1500;
const REGION = 'eu-central';
const TENANT = 'atlas';
/** Topics between ingest and write-back, each consumed by one service. */
const HOPS = 4;

/** All services of one cell with an instant model, from a producer's stream to the CRM, against a bare relay. */
export async function pipelineBenchmark(options: PipelineOptions): Promise<PipelineResult> {
  const bare: Side[] = await bareRelay({ ...options, hops: HOPS });
  const folder = await mkdtemp('/var/tmp/bailiwick-bench-');
  // The database's own user must reach it.
  await chmod(folder, 0o755);
  try {
    const { mesh, processes, stages } = await measureMesh(folder, options);
    const middle = (sides: readonly Side[], figure: keyof Side): number =>
      median(sides.map((side) => side[figure]));
    return {
      mesh,
      bare,
      throughputRatio: middle(mesh, 'recordsPerSecond') / middle(bare, 'recordsPerSecond'),
      latencyRatio: middle(mesh, 'medianMs') / middle(bare, 'medianMs'),
      p99Ms: middle(mesh, 'p99Ms'),
      processes,
      stages,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type MeshFigures = Pick<PipelineResult, 'mesh' | 'processes' | 'stages'>;

async function measureMesh(folder: string, options: PipelineOptions): Promise<MeshFigures> {
  const line = await Pipeline.open(folder, options);
  try {
    return await meshRounds(line, options);
  } finally {
    await line.close();
  }
}

async function meshRounds(
  line: Pipeline,
  { records, rounds, seconds, say }: PipelineOptions,
): Promise<MeshFigures> {
  await line.flood(WARM_UP);
  const before = line.usage();
  const floods: number[] = [];
  for (let round = 1; round <= rounds; round++) floods.push(await line.flood(records));
  const processes = line.spent(before, records * rounds);
  const stages = await line.stages();
  const mesh: Side[] = [];
  for (const [index, flood] of floods.entries()) {
    await sleep(500);
    const latencies = await line.drip(RATE, seconds);
    const side = {
      recordsPerSecond: records / flood,
      medianMs: median(latencies),
      p99Ms: quantile(latencies, 0.99),
    };
    mesh.push(side);
    say(
      `round ${index + 1} mesh   ${side.recordsPerSecond.toFixed(0).padStart(6)} records/s, ` +
        `median ${side.medianMs.toFixed(0)} ms, p99 ${side.p99Ms.toFixed(0)} ms at ${RATE} records/s`,
    );
  }
  return { mesh, processes, stages };
}

/** The running mesh with a producer at one end and the CRM at the other. */
class Pipeline {
  readonly #sentAt = new Map<string, number>();
  #latencies: number[] = [];
  #done: (() => void) | null = null;

  private constructor(
    private readonly stack: Stack,
    private readonly sink: CrmSink,
    private readonly producer: RecordStream,
  ) {
    sink.arrived = (key) => this.#arrived(key);
  }

  static async open(folder: string, { say, profile }: PipelineOptions): Promise<Pipeline> {
    const authority = await CertificateAuthority.open(join(folder, 'identities'));
    const sink = await CrmSink.start(await authority.issue({ region: 'outside', workload: 'bench-sink' }));
    const connections = join(folder, 'connections.json');
    await writeFile(
      connections,
      JSON.stringify([{ name: 'sample-crm', kind: 'generic-http', url: sink.url }]),
    );
    const stack = await startStack({
      dir: folder,
      cells: [REGION],
      poolEngine: 'instant',
      ports: 'any',
      jaeger: 'off',
      env: {
        BAILIWICK_CRM_CONNECTIONS_FILE: connections,
        BAILIWICK_SEED_DIR: await benchSeed(folder, REGION, [TENANT], 'case-triage'),
        BAILIWICK_LOG_LEVEL: 'warn',
        BAILIWICK_TRACE_RATIO: '0.01',
        // The instant pool has no accelerator to protect.
        BAILIWICK_CONCURRENCY: '128',
        ...(profile === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
      },
      say,
    });
    try {
      await stack.ready;
      const target = await IngestTarget.open(stack.stackFile, TENANT);
      return new Pipeline(stack, sink, await RecordStream.open(target));
    } catch (thrown) {
      await stack.stop();
      sink.stop();
      throw thrown;
    }
  }

  /** Sends records as fast as the mesh takes them; seconds from the first sent to the last written back. */
  async flood(count: number): Promise<number> {
    const started = performance.now();
    const all = this.#all();
    for (let n = 0; n < count; n++) await this.#send(n === count - 1);
    await this.#within(all, count);
    return (performance.now() - started) / 1000;
  }

  /** Sends at a steady rate; latencies in milliseconds without those of the first two seconds. */
  async drip(rate: number, seconds: number): Promise<readonly number[]> {
    this.#latencies = [];
    const started = performance.now();
    const total = rate * seconds;
    const all = this.#all();
    for (let sent = 0; sent < total; await sleep(2)) {
      const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
      for (; sent < due; sent++) await this.#send(sent === total - 1);
    }
    await this.#within(all, total);
    return this.#latencies.slice(rate * 2);
  }

  /** What every process of the stack has used until now. */
  usage(): ReadonlyMap<string, Usage> {
    const used = new Map<string, Usage>();
    for (const [name, { pid }] of this.stack.processes) {
      const usage = pid === undefined ? null : usageOf(pid);
      if (usage) used.set(name, usage);
    }
    return used;
  }

  /** Use since `before`, per record. */
  spent(before: ReadonlyMap<string, Usage>, records: number): PipelineResult['processes'] {
    return Object.fromEntries(
      [...this.usage()].map(([name, { cpuSeconds, residentMb }]) => [
        name,
        {
          cpuMsPerRecord: ((cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)) * 1000) / records,
          residentMb: Math.round(residentMb),
        },
      ]),
    );
  }

  /** How the stages of the cell have shared their transactions until now. */
  stages(): Promise<readonly StageFigures[]> {
    return stageFigures(this.stack.stackFile.cells[REGION]?.services ?? {});
  }

  async close(): Promise<void> {
    this.producer.close();
    await this.stack.stop();
    this.sink.stop();
  }

  #last = false;

  async #send(last: boolean): Promise<void> {
    const at = performance.now();
    const { eventId, room } = this.producer.send();
    this.#sentAt.set(eventId, at);
    this.#last = last;
    await room;
  }

  #arrived(key: string): void {
    for (const id of [key, key.split('/')[0] ?? key]) {
      const at = this.#sentAt.get(id);
      if (at === undefined) continue;
      this.#sentAt.delete(id);
      this.#latencies.push(performance.now() - at);
    }
    if (this.#last && this.#sentAt.size === 0) this.#done?.();
  }

  #all(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = false;
    this.#done = resolve;
    return promise;
  }

  async #within(all: Promise<void>, count: number): Promise<void> {
    const late = sleep(300_000, 'late' as const, { ref: false });
    if ((await Promise.race([all, late])) === 'late')
      throw new Error(
        `${this.#sentAt.size} of ${count} records did not arrive; refused: ${this.producer.refused ?? 'none'}`,
      );
  }
}
