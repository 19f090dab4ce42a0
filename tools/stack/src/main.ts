import { parseArgs } from 'node:util';
import { playOnce } from './once/play-once.js';
import { startStack, type Stack } from './stack.js';
import { showLive } from './view/live-view.js';

const HELP = `npm start [-- options]

Starts Bailiwick's local stack: two cells, each with Apache Kafka, PostgreSQL, inference pools and every service of
the mesh, an identity provider, and a sample CRM that streams. Ctrl-C stops all of it.

  --once     plays one sample day to its end, prints a summary, stops; exits 1 unless every record ended as expected
  --docker   brokers, databases and Jaeger as containers through a Docker daemon; their data ends with them
  --help     this text

Everything of a running stack lies in .bailiwick/; stack.json there tells where everything is.
`;

const { values } = parseArgs({
  options: { once: { type: 'boolean' }, docker: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const began = performance.now();
const words: string[] = [];
let live = false;
const say = (line: string): void => {
  words.push(line);
  if (!live || !process.stdout.isTTY)
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
};

const ending = new AbortController();
let stack: Stack | undefined;
let stopping: Promise<void> | undefined;
/** A second Ctrl-C does not hurry it: every process has its own grace. */
const stop = (): Promise<void> =>
  (stopping ??= (async () => {
    ending.abort();
    live = false;
    say('stopping');
    await stack?.stop();
    say('everything is stopped');
  })());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());

try {
  stack = await startStack({
    say,
    sampleDay: values.once ? 'once' : 'repeat',
    jaeger: 'build',
    parts: values.docker ? 'docker' : 'native',
    signal: ending.signal,
  });
  const first = Object.keys(stack.stackFile.cells)[0] ?? '';
  say(`${first} is ready; the sample CRM streams`);
  stack.ready.catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
  if (values.once) {
    const result = await playOnce(stack.stackFile, say, ending.signal);
    await stop();
    console.log(result.summary.join('\n'));
    process.exitCode = result.asExpected ? 0 : 1;
  } else {
    live = true;
    await showLive(stack, words, ending.signal);
    await stop();
  }
} catch (error) {
  const interrupted = ending.signal.aborted;
  if (!interrupted) console.error(error instanceof Error ? error.message : error);
  await stop();
  process.exitCode = interrupted ? 130 : 1;
}
