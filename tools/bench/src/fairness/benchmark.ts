import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startStack, type Stack } from '@bailiwick/stack';
import { benchSeed } from '../bench-seed.js';
import { median, quantile } from '../figures.js';
import { usageOf } from '../process-usage.js';
import { Noise } from './noise.js';
import { Sender } from './sender.js';

/** How much is measured. */
export interface FairnessOptions {
  /** Records of the quiet tenant, a third of them in each of the three situations. */
  readonly records: number;
  readonly say: (line: string) => void;
}

/** What the quiet tenant waits for its 202, in milliseconds, and what a second of that costs the machine. */
export interface Wait {
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Processor time by process, in milliseconds a second. */
  readonly busy: Readonly<Record<string, number>>;
}

/** The quiet tenant alone, beside another that keeps its quota, and beside the same one that sends ten times as much. */
export interface FairnessResult {
  readonly alone: Wait;
  readonly beside: Wait;
  readonly noisy: Wait;
  /** p99 beside the noise over p99 beside the same tenant when it keeps its quota; at most 1.5 is promised. */
  readonly ratio: number;
  /** p99 beside the noise over p99 alone, which counts what that tenant is entitled to send as noise too. */
  readonly ratioToAlone: number;
  /** Requests of the noisy tenant when it is noisy, and how many of them were refused with 429. */
  readonly noise: { readonly sent: number; readonly refused: number };
}

const REGION = 'eu-central';
const QUIET = 'atlas';
const NOISY = 'nordlicht';
const NOISY_PER_SECOND = 20;
/** Records of the quiet tenant in a turn, with noise or without. */
const TURN = 50;

/** One tenant that sends far more than its quota, and what another notices of it at ingest. */
export async function fairnessBenchmark({ records, say }: FairnessOptions): Promise<FairnessResult> {
  const folder = await mkdtemp('/var/tmp/bailiwick-bench-');
  // The database's own user must reach it.
  await chmod(folder, 0o755);
  const quotas = join(folder, 'quotas.json');
  const noisy = { recordsPerSecond: NOISY_PER_SECOND, burst: NOISY_PER_SECOND };
  const unlimited = { recordsPerSecond: 1000, burst: 1000 };
  await writeFile(quotas, JSON.stringify({ default: unlimited, tenants: { [NOISY]: noisy } }));
  let stack: Stack | undefined;
  try {
    stack = await startStack({
      dir: folder,
      cells: [REGION],
      poolEngine: 'instant',
      ports: 'any',
      jaeger: 'off',
      env: {
        BAILIWICK_SEED_DIR: await benchSeed(folder, REGION, [QUIET, NOISY], 'case-triage'),
        BAILIWICK_QUOTAS_FILE: quotas,
        BAILIWICK_LOG_LEVEL: 'warn',
        BAILIWICK_TRACE_RATIO: '0.01',
      },
      say,
    });
    await stack.ready;
    return await measure(stack, await Sender.open(stack.stackFile, QUIET), records);
  } finally {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(stack: Stack, quiet: Sender, records: number): Promise<FairnessResult> {
  const other = Noise.start(stack.stackFile, NOISY);
  const turns = [0, 1, 10].map((quotas) => new Turn(stack, quotas));
  await turns[0]?.take(quiet, other);
  turns[0]?.forget();
  // They alternate, so that what else the machine does meets all of them.
  for (let taken = 0; taken < records; taken += turns.length * TURN)
    for (const turn of turns) await turn.take(quiet, other);
  await other.stop();
  const [alone, beside, noisy] = turns.map((turn) => turn.wait());
  if (!alone || !beside || !noisy) throw new Error('nothing was measured');
  return {
    alone,
    beside,
    noisy,
    ratio: noisy.p99Ms / beside.p99Ms,
    ratioToAlone: noisy.p99Ms / alone.p99Ms,
    noise: turns[2]?.noise ?? { sent: 0, refused: 0 },
  };
}

/** All turns of the quiet tenant beside another that sends so many times its quota. */
class Turn {
  readonly noise = { sent: 0, refused: 0 };
  #taken: number[] = [];
  #busy = new Map<string, number>();
  #seconds = 0;

  constructor(
    private readonly stack: Stack,
    private readonly quotas: number,
  ) {}

  /** Records of the quiet tenant, one after the other. */
  async take(quiet: Sender, other: Noise): Promise<void> {
    // An order of silence is answered, and the answer to one too many would be taken for that of the next turn.
    if (this.quotas > 0) other.send(this.quotas * NOISY_PER_SECOND);
    const before = this.#usage();
    const began = performance.now();
    for (let n = 0; n < TURN; n++) {
      const started = performance.now();
      const status = await quiet.send();
      if (status !== 202) throw new Error(`a record of the quiet tenant was answered with ${status}`);
      this.#taken.push(performance.now() - started);
    }
    this.#seconds += (performance.now() - began) / 1000;
    for (const [name, used] of this.#usage())
      this.#busy.set(name, (this.#busy.get(name) ?? 0) + used - (before.get(name) ?? 0));
    if (this.quotas === 0) return;
    const { sent, refused } = await other.silence();
    this.noise.sent += sent;
    this.noise.refused += refused;
  }

  /** What came before counts no more: the first records meet cold code. */
  forget(): void {
    this.#taken = [];
    this.#busy = new Map();
    this.#seconds = 0;
  }

  wait(): Wait {
    const busy = [...this.#busy].map(([name, seconds]) => [name, (seconds * 1000) / this.#seconds]);
    return {
      medianMs: median(this.#taken),
      p99Ms: quantile(this.#taken, 0.99),
      busy: Object.fromEntries(busy),
    };
  }

  #usage(): ReadonlyMap<string, number> {
    const pids = [...this.stack.processes].map(([name, { pid }]) => [name, pid] as const);
    const { user, system } = process.cpuUsage();
    return new Map([
      ['this client', (user + system) / 1e6] as const,
      ...pids.map(([name, pid]) => {
        const usage = pid === undefined ? null : usageOf(pid);
        return [name, usage?.cpuSeconds ?? 0] as const;
      }),
    ]);
  }
}
