import { parseArgs } from 'node:util';
import { machine } from './figures.js';
import { pipelineBenchmark } from './pipeline.js';
import { relayBenchmark } from './relay.js';
import type { StageFigures } from './stage-figures.js';

const USAGE = `npm run bench -- <name> [--json]

  relay   the stage runner over five hops in five processes against the best bare kafkajs loop
          --records N (40000)  --rounds N (3)  --seconds N (15)  --lanes N (1)
  pipeline  all services of a cell with an instant model against a bare relay of as many hops
          --records N (40000)  --rounds N (3)  --seconds N (15)
          --profile DIR   writes a CPU profile of each service there; it slows the mesh, so its figures do not count
  detect  quality and speed of libs/detect on the split of the evaluation set that nobody tunes on
          --split NAME (held-back; train and tune for work on the detector)  --calls N (10000000; at most two minutes)
          --presidio PYTHON   runs Presidio's patterns in the same run with a Python that has presidio-analyzer
  decide  decisions by policy, from the cache and without it, against Cedar called plainly with the same policies
          --tenants N (100000)  --policies N (1000)  --decisions N (20000)
  gateway  chats through a cell with an instant model, with 64 and 16 clients, against a bare relay of as many hops
          --seconds N (15)  --litellm PYTHON   measures the LiteLLM proxy of a Python that has litellm[proxy], too
  streams  memory of ingest with many idle gRPC streams, and with one that sends
          --streams N (10000)  --records N (40000)
  fairness  what a tenant waits at ingest beside one that sends ten times its quota, against beside one that keeps it
          --records N (40000)
  log     facts into the transparency log, histories and Postgres included, beside plain inserts and, where Go is,
          Tessera's POSIX driver; and proofs from a large log
          --records N (40000; five facts each)  --entries N (10000000)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    records: { type: 'string', default: '40000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '15' },
    lanes: { type: 'string', default: '1' },
    profile: { type: 'string' },
    split: { type: 'string', default: 'held-back' },
    calls: { type: 'string', default: '10000000' },
    presidio: { type: 'string' },
    litellm: { type: 'string' },
    streams: { type: 'string', default: '10000' },
    entries: { type: 'string', default: '10000000' },
    tenants: { type: 'string', default: '100000' },
    policies: { type: 'string', default: '1000' },
    decisions: { type: 'string', default: '20000' },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const say = (line: string): void => (values.json ? console.error(line) : console.log(line));
const on = machine();
if (positionals.length > 0) say(`${on.cores} cores of ${on.processor}, ${on.memoryGb} GB, Node ${on.node}`);

function sayStages(stages: readonly StageFigures[]): void {
  for (const { stage, recordsPerTransaction, transactionMs } of stages)
    say(
      `  ${stage.padEnd(40)} ${recordsPerTransaction.toFixed(1).padStart(7)} records a transaction of ${transactionMs.toFixed(1)} ms`,
    );
}

if (positionals[0] === 'relay') {
  const result = await relayBenchmark({
    records: Number(values.records),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    lanes: Number(values.lanes),
    say,
  });
  if (values.json) console.log(JSON.stringify({ benchmark: 'relay', machine: on, ...result }, null, 2));
  else
    console.log(
      `stage runner / bare loop: throughput ${result.throughputRatio.toFixed(2)} (at least 0.8), ` +
        `median latency ${result.latencyRatio.toFixed(2)} (at most 1.3)`,
    );
} else if (positionals[0] === 'pipeline') {
  const result = await pipelineBenchmark({
    records: Number(values.records),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    ...(values.profile === undefined ? {} : { profile: values.profile }),
    say,
  });
  if (values.json) console.log(JSON.stringify({ benchmark: 'pipeline', machine: on, ...result }, null, 2));
  else {
    for (const [name, { cpuMsPerRecord, residentMb }] of Object.entries(result.processes))
      console.log(
        `  ${name.padEnd(40)} ${cpuMsPerRecord.toFixed(3).padStart(7)} ms of CPU a record, ${residentMb} MB`,
      );
    sayStages(result.stages);
    console.log(
      `mesh / bare relay: throughput ${result.throughputRatio.toFixed(2)} (at least 0.35), ` +
        `median latency ${result.latencyRatio.toFixed(2)} (at most 2), p99 ${result.p99Ms.toFixed(0)} ms (under 1000)`,
    );
  }
} else if (positionals[0] === 'detect') {
  // Its dictionaries are loaded only where they are measured.
  const { detectBenchmark, splitNamed } = await import('./detect/benchmark.js');
  const result = detectBenchmark({
    split: splitNamed(values.split),
    calls: Number(values.calls),
    ...(values.presidio === undefined ? {} : { presidio: values.presidio }),
    say,
  });
  if (values.json) console.log(JSON.stringify({ benchmark: 'detect', machine: on, ...result }, null, 2));
} else if (positionals[0] === 'decide') {
  const { decideBenchmark } = await import('./decide/benchmark.js');
  const result = await decideBenchmark({
    tenants: Number(values.tenants),
    policies: Number(values.policies),
    decisions: Number(values.decisions),
    say,
  });
  if (values.json) console.log(JSON.stringify({ benchmark: 'decide', machine: on, ...result }, null, 2));
} else if (positionals[0] === 'fairness') {
  const { fairnessBenchmark } = await import('./fairness/benchmark.js');
  const result = await fairnessBenchmark({ records: Number(values.records), say });
  if (values.json) console.log(JSON.stringify({ benchmark: 'fairness', machine: on, ...result }, null, 2));
  else {
    const { alone, beside, noisy, noise, ratio, ratioToAlone } = result;
    for (const [name, { medianMs, p99Ms, busy }] of Object.entries({ alone, beside, noisy })) {
      say(
        `  ${name.padEnd(8)} median ${medianMs.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms; busy, ms a second:`,
      );
      const most = Object.entries(busy).sort(([, one], [, other]) => other - one);
      say(
        `           ${most
          .slice(0, 8)
          .map(([process, ms]) => `${process} ${ms.toFixed(0)}`)
          .join(', ')}`,
      );
    }
    console.log(`  noise    ${noise.sent} requests, ${noise.refused} refused`);
    console.log(
      `p99 beside ten times the quota / beside the quota: ${ratio.toFixed(2)} (at most 1.5), / alone: ${ratioToAlone.toFixed(2)}`,
    );
  }
} else if (positionals[0] === 'gateway') {
  const { gatewayBenchmark } = await import('./gateway/benchmark.js');
  const result = await gatewayBenchmark({
    seconds: Number(values.seconds),
    ...(values.litellm === undefined ? {} : { litellm: values.litellm }),
    say,
  });
  if (values.json) console.log(JSON.stringify({ benchmark: 'gateway', machine: on, ...result }, null, 2));
  else {
    const { gateway, litellm, latencyRatio, cpuMs, stages } = result;
    for (const [name, ms] of Object.entries(cpuMs))
      say(`  ${name.padEnd(40)} ${ms.toFixed(2)} ms of CPU a question`);
    sayStages(stages);
    const other = litellm?.many.perSecond.toFixed(0) ?? '93, measured elsewhere';
    console.log(
      `gateway: ${gateway.many.perSecond.toFixed(0)} questions/s with 64 clients (at least 400; LiteLLM ${other}), ` +
        `median with 16 clients / bare relay ${latencyRatio.toFixed(2)} (at most 1.5)`,
    );
  }
} else if (positionals[0] === 'streams') {
  const { streamsBenchmark } = await import('./streams/benchmark.js');
  const result = await streamsBenchmark({
    streams: Number(values.streams),
    records: Number(values.records),
    say,
  });
  if (values.json) console.log(JSON.stringify({ benchmark: 'streams', machine: on, ...result }, null, 2));
  else {
    const { before, idle, sending, recordsPerSecond, ended } = result;
    for (const [why, count] of Object.entries(ended)) say(`  ${count} streams ended: ${why}`);
    console.log(
      `ingest: ${before} MB, with ${values.streams} idle streams ${idle} MB (under 1000 for 10,000); ` +
        `${values.records} records in one stream at ${recordsPerSecond.toFixed(0)}/s: ${sending[0]} to ${sending.at(-1)} MB`,
    );
  }
} else if (positionals[0] === 'log') {
  const { logBenchmark } = await import('./log/benchmark.js');
  const result = await logBenchmark({
    records: Number(values.records),
    entries: Number(values.entries),
    say,
  });
  if (values.json) console.log(JSON.stringify({ benchmark: 'log', machine: on, ...result }, null, 2));
  else {
    const { perSecond, plainPerSecond, fileOverhead, indexOverhead } = result.integration;
    console.log(
      `log: ${perSecond.toFixed(0)} facts/s (at least 20000), ${(perSecond / plainPerSecond).toFixed(2)} of plain inserts; ` +
        `${(fileOverhead + indexOverhead).toFixed(1)} bytes an entry beyond it (at most 64); ` +
        `proof p99 ${result.proving.p99Ms.toFixed(2)} ms (under 3)`,
    );
  }
} else {
  console.error(USAGE);
  process.exitCode = 2;
}
