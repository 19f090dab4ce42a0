import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { IngestTarget, startStack } from '@bailiwick/stack';
import { benchSeed } from '../bench-seed.js';
import { median } from '../figures.js';
import { usageOf } from '../process-usage.js';
import { bareInTurn } from '../relay.js';
import { stageFigures, type StageFigures } from '../stage-figures.js';
import { askChat, type ChatTarget } from './ask-chat.js';
import { chatLoad, type Load } from './chat-load.js';
import { startLiteLlm } from './litellm.js';

/** How much is measured. */
export interface GatewayOptions {
  /** Seconds of each load. */
  readonly seconds: number;
  /** A Python that has `litellm[proxy]`, for the other side; absent: its figures of elsewhere are quoted as such. */
  readonly litellm?: string;
  readonly say: (line: string) => void;
}

/** Loads of one side, with many clients and with few. */
interface Side {
  readonly many: Load;
  readonly few: Load;
}

/** All sides, and how the gateway compares. */
export interface GatewayResult {
  readonly gateway: Side;
  /** Null where it was not measured. */
  readonly litellm: (Side & { readonly version: string }) | null;
  /** Median latency of a bare transactional relay of as many hops with as many records on their way as there are few clients, in milliseconds. */
  readonly bareMedianMs: number;
  /** The gateway's median with few clients over the bare relay's; at most 1.5 is promised. */
  readonly latencyRatio: number;
  /** Processor milliseconds a question by process, with many clients. */
  readonly cpuMs: Readonly<Record<string, number>>;
  /** How each stage shared its transactions. */
  readonly stages: readonly StageFigures[];
}

const REGION = 'eu-central';
const TENANT = 'atlas';
const MANY = 64;
const FEW = 16;
/** Topics from ingest back to ingest, each consumed by one service. */
const HOPS = 4;

/** Chats through every service of a cell with an instant model, against a bare relay of as many hops, and a LiteLLM proxy. */
export async function gatewayBenchmark(options: GatewayOptions): Promise<GatewayResult> {
  const { say, seconds } = options;
  const bareMedianMs = median(await bareInTurn(HOPS, FEW, seconds));
  say(`bare     ${FEW} records on their way: median ${bareMedianMs.toFixed(0)} ms`);
  const folder = await mkdtemp('/var/tmp/bailiwick-bench-');
  // The database's own user must reach it.
  await chmod(folder, 0o755);
  try {
    const litellm =
      options.litellm === undefined ? null : await measureLiteLlm(options.litellm, folder, options);
    const own = await measureGateway(folder, options);
    return { ...own, litellm, bareMedianMs, latencyRatio: own.gateway.few.medianMs / bareMedianMs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureGateway(
  folder: string,
  options: GatewayOptions,
): Promise<Pick<GatewayResult, 'gateway' | 'cpuMs' | 'stages'>> {
  const stack = await startStack({
    dir: folder,
    cells: [REGION],
    poolEngine: 'instant',
    ports: 'any',
    jaeger: 'off',
    env: {
      BAILIWICK_SEED_DIR: await benchSeed(folder, REGION, [TENANT], 'assistant'),
      BAILIWICK_LOG_LEVEL: 'warn',
      BAILIWICK_TRACE_RATIO: '0.01',
      // The instant pool has no accelerator to protect.
      BAILIWICK_CONCURRENCY: '128',
    },
    say: options.say,
  });
  const usage = (): Map<string, number> =>
    new Map(
      [...stack.processes].map(([name, { pid }]) => [
        name,
        pid === undefined ? 0 : (usageOf(pid)?.cpuSeconds ?? 0),
      ]),
    );
  try {
    await stack.ready;
    const target = await IngestTarget.open(stack.stackFile, TENANT);
    const before = usage();
    const gateway = await measure('gateway', options, {
      url: `${target.ingest.http}/v1`,
      model: 'triage-small',
      apiKey: await target.accessToken(),
      ca: target.authority,
    });
    const questions = (gateway.many.perSecond + gateway.few.perSecond) * options.seconds;
    const spent = [...usage()].map(
      ([name, seconds]) => [name, ((seconds - (before.get(name) ?? 0)) * 1000) / questions] as const,
    );
    const stages = await stageFigures(stack.stackFile.cells[REGION]?.services ?? {});
    return { gateway, stages, cpuMs: Object.fromEntries(spent.filter(([, ms]) => ms >= 0.05)) };
  } finally {
    await stack.stop();
  }
}

async function measureLiteLlm(
  python: string,
  folder: string,
  options: GatewayOptions,
): Promise<Side & { readonly version: string }> {
  const { version, stop, ...target } = await startLiteLlm(python, folder);
  try {
    return { version, ...(await measure(`litellm ${version}`, options, target)) };
  } finally {
    await stop();
  }
}

async function measure(name: string, { seconds, say }: GatewayOptions, target: ChatTarget): Promise<Side> {
  const { ask, close } = askChat(target);
  try {
    // What runs for the first time is slower; nobody's figures begin with it.
    await chatLoad(ask, FEW, seconds / 2);
    const [few, many] = [await chatLoad(ask, FEW, seconds), await chatLoad(ask, MANY, seconds)];
    for (const load of [few, many]) say(`${name.padEnd(8)} ${describe(load)}`);
    return { few, many };
  } finally {
    await close();
  }
}

const describe = ({ clients, perSecond, medianMs, p99Ms, failed }: Load): string =>
  `${String(clients).padStart(2)} clients: ${perSecond.toFixed(0)} questions/s, median ${medianMs.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms` +
  (Object.keys(failed).length > 0 ? `, not answered ${JSON.stringify(failed)}` : '');
