import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SendRequest } from '@bailiwick/contracts';
import { IngestTarget, startStack, type Stack } from '@bailiwick/stack';
import { benchSeed } from '../bench-seed.js';
import { usageOf } from '../process-usage.js';
import { RecordStream } from '../record-stream.js';
import { IdleStreams } from './idle-streams.js';

/** How much is measured. */
export interface StreamsOptions {
  /** Idle streams. */
  readonly streams: number;
  /** Records of the one stream that is not idle. */
  readonly records: number;
  readonly say: (line: string) => void;
}

/** Resident memory of ingest in MB. */
export interface StreamsResult {
  readonly before: number;
  /** With all streams open, the most that was seen; under 1000 is promised for 10,000. */
  readonly idle: number;
  /** Share of the streams that were tried and took a record. */
  readonly alive: number;
  /** Streams that ended by themselves, by what was said. */
  readonly ended: Readonly<Record<string, number>>;
  /** While one producer's stream sends all records and nothing takes them from the topics: after each tenth of them. */
  readonly sending: readonly number[];
  readonly recordsPerSecond: number;
}

const REGION = 'eu-central';
const TENANT = 'atlas';
const SETTLE_MS = 10_000;
/** A stream ends with its access token, which the sample's issuer gives for five minutes; then the producer goes on in the next. */
const STREAM_MS = 240_000;

/** What streams cost ingest: many that are idle, and one that is not. There is no other side: the promise is an absolute one. */
export async function streamsBenchmark({ streams, records, say }: StreamsOptions): Promise<StreamsResult> {
  const folder = await mkdtemp('/var/tmp/bailiwick-bench-');
  // The database's own user must reach it.
  await chmod(folder, 0o755);
  let stack: Stack | undefined;
  try {
    stack = await startStack({
      dir: folder,
      cells: [REGION],
      poolEngine: 'instant',
      ports: 'any',
      jaeger: 'off',
      env: {
        BAILIWICK_SEED_DIR: await benchSeed(folder, REGION, [TENANT], 'case-triage'),
        BAILIWICK_LOG_LEVEL: 'warn',
        BAILIWICK_TRACE_RATIO: '0.01',
        BAILIWICK_CONCURRENCY: '128',
      },
      say,
    });
    await stack.ready;
    const target = await IngestTarget.open(stack.stackFile, TENANT);
    const resident = (): number => residentOf(stack);
    const before = resident();
    const idle = await measureIdle(new IdleStreams(target), streams, resident, say);
    await onlyIngest(stack);
    const { stackFile } = stack;
    // A target of its own for each stream: a token that was used before would end the stream sooner.
    const open = async (): Promise<RecordStream> =>
      RecordStream.open(await IngestTarget.open(stackFile, TENANT));
    const sending = await measureSending(open, records, resident, say);
    return { before, ...idle, ...sending };
  } finally {
    await stack?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends what comes after ingest: it would take most of the processors, and what is asked is what a long stream does to ingest. */
async function onlyIngest({ processes }: Stack): Promise<void> {
  const kept = ['ingest', 'kafka', 'postgres'].map((workload) => `${REGION}/${workload}`);
  const others = [...processes].filter(([name]) => name.startsWith(REGION) && !kept.includes(name));
  await Promise.all(others.map(([, process]) => process.stop()));
}

function residentOf(stack: Stack | undefined): number {
  const pid = stack?.processes.get(`${REGION}/ingest`)?.pid;
  return pid === undefined ? 0 : Math.round(usageOf(pid)?.residentMb ?? 0);
}

async function measureIdle(
  streams: IdleStreams,
  count: number,
  resident: () => number,
  say: (line: string) => void,
): Promise<Pick<StreamsResult, 'idle' | 'alive' | 'ended'>> {
  let most = 0;
  const look = setInterval(() => (most = Math.max(most, resident())), 200);
  try {
    for (let open = 0; open < count; open += 500) {
      await streams.open(Math.min(500, count - open));
      await sleep(250);
    }
    await sleep(SETTLE_MS);
    const alive = await streams.tryEvery(Math.ceil(count / 100), (n) =>
      SendRequest.fromPartial({
        sequence: 1n,
        purpose: 'case-triage',
        source: '/bench/idle',
        id: `idle-${n}`,
        object: 'Case',
        recordId: `idle-${n}`,
        fieldsJson: Buffer.from('{"Subject":"Charged twice"}'),
      }),
    );
    say(
      `${count} idle streams: ${most} MB at most, ${(alive * 100).toFixed(0)} % of those that were tried take a record`,
    );
    return { idle: most, alive, ended: Object.fromEntries(streams.ended) };
  } finally {
    clearInterval(look);
    streams.close();
  }
}

async function measureSending(
  open: () => Promise<RecordStream>,
  records: number,
  resident: () => number,
  say: (line: string) => void,
): Promise<Pick<StreamsResult, 'sending' | 'recordsPerSecond'>> {
  const sending: number[] = [];
  let stream = await open();
  const began = performance.now();
  let opened = began;
  for (let sent = 1; sent <= records; sent++) {
    await stream.send().room;
    if (stream.refused) break;
    if (performance.now() - opened > STREAM_MS) {
      await stream.finish();
      stream = await open();
      opened = performance.now();
    }
    if (sent % Math.ceil(records / 10) !== 0) continue;
    sending.push(resident());
    say(`${sent} records in one stream: ${sending.at(-1)} MB`);
  }
  await stream.finish();
  if (stream.refused) throw new Error(`the stream was refused: ${stream.refused}`);
  return { sending, recordsPerSecond: (records * 1000) / (performance.now() - began) };
}
