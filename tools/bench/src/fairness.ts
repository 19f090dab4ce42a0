import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import { IngestTarget, startStack, type Stack } from '@bailiwick/stack';
import { benchSeed } from './bench-seed.js';
import { median, quantile } from './figures.js';

/** How much is measured. */
export interface FairnessOptions {
  /** Records of the quiet tenant, half of them beside the noise. */
  readonly records: number;
  readonly say: (line: string) => void;
}

/** What the quiet tenant waits for its 202, in milliseconds, alone and beside one that sends ten times its quota. */
export interface FairnessResult {
  readonly alone: { readonly medianMs: number; readonly p99Ms: number };
  readonly beside: { readonly medianMs: number; readonly p99Ms: number };
  /** p99 beside the noise over p99 alone; at most 1.5 is promised. */
  readonly ratio: number;
  /** Requests of the noisy tenant, and how many of them were refused with 429. */
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
    const quiet = await Sender.open(stack, QUIET);
    const loud = await Sender.open(stack, NOISY);
    return await measure(quiet, loud, records);
  } finally {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(quiet: Sender, loud: Sender, records: number): Promise<FairnessResult> {
  await turn(quiet, 4 * TURN);
  const alone: number[] = [];
  const beside: number[] = [];
  const noise = { sent: 0, refused: 0 };
  // The two take turns, so that what else the machine does meets both.
  while (beside.length < records / 2) {
    alone.push(...(await turn(quiet, TURN)));
    const stop = new AbortController();
    const flood = flooded(loud, noise, stop.signal);
    beside.push(...(await turn(quiet, TURN)));
    stop.abort();
    await flood;
  }
  const figures = (all: readonly number[]) => ({ medianMs: median(all), p99Ms: quantile(all, 0.99) });
  const [calm, loaded] = [figures(alone), figures(beside)];
  return { alone: calm, beside: loaded, ratio: loaded.p99Ms / calm.p99Ms, noise };
}

/** Sends one record after the other; what each took. */
async function turn(sender: Sender, records: number): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let n = 0; n < records; n++) {
    const started = performance.now();
    const status = await sender.send();
    if (status !== 202) throw new Error(`a record of the quiet tenant was answered with ${status}`);
    taken.push(performance.now() - started);
  }
  return taken;
}

/** Ten times the quota, evenly, whatever the answers. */
async function flooded(
  sender: Sender,
  noise: FairnessResult['noise'] & { sent: number; refused: number },
  stop: AbortSignal,
): Promise<void> {
  const open = new Set<Promise<void>>();
  while (!stop.aborted) {
    noise.sent++;
    const sending = sender.send().then((status) => {
      if (status === 429) noise.refused++;
      open.delete(sending);
    });
    open.add(sending);
    await sleep(1000 / (10 * NOISY_PER_SECOND));
  }
  await Promise.all(open);
}

/** Posts records of about 1 KB as one tenant, over connections that stay open. */
class Sender {
  readonly #run = randomBytes(4).toString('hex');
  #sent = 0;

  private constructor(
    private readonly target: IngestTarget,
    private readonly options: RequestOptions,
  ) {}

  static async open({ stackFile }: Stack, tenant: string): Promise<Sender> {
    const target = await IngestTarget.open(stackFile, tenant);
    return new Sender(target, {
      method: 'POST',
      ca: target.authority,
      agent: new Agent({ keepAlive: true, maxSockets: 32 }),
      headers: {
        authorization: `Bearer ${await target.accessToken()}`,
        'content-type': 'application/cloudevents+json',
      },
    });
  }

  /** Gives the status of the answer. */
  async send(): Promise<number> {
    const n = this.#sent++;
    const posted = request(`${this.target.ingest.http}/v1/records`, this.options);
    posted.end(
      JSON.stringify({
        specversion: '1.0',
        id: `${this.#run}-${n}`,
        source: this.target.source,
        type: 'bailiwick.bench.case.changed',
        subject: `500C${n % 997}`,
        purpose: 'case-triage',
        data: { object: 'Case', fields: { Subject: `Charged twice ${n}`, Description: 'x '.repeat(450) } },
      }),
    );
    const [answer] = (await once(posted, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode ?? 0;
  }
}
