import type { DecisionInput } from '@bailiwick/policy';
import { median, quantile } from '../figures.js';
import { makeWorld } from './world.js';

/** How much is measured. */
export interface DecideOptions {
  readonly tenants: number;
  readonly policies: number;
  /** Decisions that are timed one by one without the cache. */
  readonly decisions: number;
  readonly say: (line: string) => void;
}

/** Microseconds of wall time of single calls, which holds what other work on the machine took, too. */
export interface Micros {
  readonly median: number;
  readonly p99: number;
  /** Of this thread on a processor, a call on average. */
  readonly processor: number;
}

export interface DecideFigures {
  /** From loading the library to the first decision, in milliseconds. */
  readonly loadMs: number;
  /** Until every tenant that has policies was decided for once. The router reads policies when they are first needed. */
  readonly startMs: number;
  readonly cached: Micros;
  readonly cold: Micros;
  /** Of tenants with policies of their own. */
  readonly coldWithPolicies: Micros;
  /** The same two, each with a question that the built-in policies were never asked before. */
  readonly firstAsked: Micros;
  readonly firstAskedWithPolicies: Micros;
  /** Reading the policies of one tenant and its first decision. */
  readonly firstWithPolicies: Micros;
  /** Of the process with all control state and a cache full of decisions, before the comparison. */
  readonly residentMb: number;
  readonly remembered: number;
  /** Cedar called plainly, in the same run. */
  readonly plain: { readonly passed: Micros; readonly builtInPassed: Micros; readonly prepared: Micros };
  /** Of the questions, those that plain Cedar answers as we do. */
  readonly agreed: string;
}

/** Measures decisions among many tenants, and Cedar called plainly with the same policies. */
export async function decideBenchmark({
  tenants,
  policies,
  decisions,
  say,
}: DecideOptions): Promise<DecideFigures> {
  const world = makeWorld(tenants, policies);
  say(`${world.tenants} tenants, ${world.policies} policies of ${world.withPolicies.length} of them`);

  const began = performance.now();
  const { DecisionCache, decide } = await import('@bailiwick/policy');
  decide(world.input(1, 0));
  const loadMs = performance.now() - began;
  const firsts = world.withPolicies.map((index) => timed(() => decide(world.input(index, 0))));
  const startMs = performance.now() - began;
  say(`first decision after ${loadMs.toFixed(0)} ms, all policies read after ${startMs.toFixed(0)} ms`);

  // Strides that meet all tenants, no two alike one after another.
  const at = (call: number): DecisionInput => world.input(call * 7919, call);
  const owner = (call: number): DecisionInput =>
    world.input(world.withPolicies[(call * 7919) % world.withPolicies.length] ?? 0, call);
  const cold = measure(decisions, (call) => decide(at(call)));
  const coldWithPolicies = measure(decisions, (call) => decide(owner(call)));
  say(`cold ${micros(cold)}; with policies of the tenant ${micros(coldWithPolicies)}`);
  let asked = 0;
  const firstAsked = measure(decisions, (call) => decide(unlikeAny(at(call), ++asked)));
  const firstAskedWithPolicies = measure(decisions, (call) => decide(unlikeAny(owner(call), ++asked)));
  say(
    `never asked before ${micros(firstAsked)}; with policies of the tenant ${micros(firstAskedWithPolicies)}`,
  );

  const cache = new DecisionCache();
  for (let index = 0; index < tenants; index++) cache.decide(world.input(index, index));
  const cached = measure(1_000_000, (call) => {
    const index = (call * 7919) % tenants;
    return cache.decide(world.input(index, index));
  });
  const residentMb = Math.round(process.memoryUsage().rss / 1e6);
  say(`from the cache ${micros(cached)}; ${cache.size} remembered; ${residentMb} MB`);

  const { plainCedar } = await import('./plain-cedar.js');
  const cedar = plainCedar(world);
  const plain = {
    passed: measure(50, (call) => cedar.passed(at(call))),
    builtInPassed: measure(500, (call) => cedar.builtInPassed(at(call))),
    prepared: measure(1000, (call) => cedar.prepared(at(call))),
  };
  say(
    `plain Cedar: all policies passed ${micros(plain.passed)}; built-in passed ${micros(plain.builtInPassed)}; all prepared ${micros(plain.prepared)}`,
  );
  const questions = Array.from({ length: 500 }, (_, call) => (call % 2 ? owner(call) : at(call)));
  const same = questions.filter((input) => {
    const pools = input.pools.filter(({ region }) => region === input.profile?.homeRegion).slice(0, 1);
    return cedar.prepared(input) === (decide({ ...input, pools }).outcome === 'allow');
  });
  const agreed = `${same.length} of ${questions.length}`;
  say(`answered alike: ${agreed}`);
  const firstWithPolicies = { median: median(firsts), p99: quantile(firsts, 0.99), processor: Number.NaN };
  return {
    loadMs,
    startMs,
    cached,
    cold,
    coldWithPolicies,
    firstAsked,
    firstAskedWithPolicies,
    firstWithPolicies,
    residentMb,
    remembered: cache.size,
    plain,
    agreed,
  };
}

/** A data subject under the law of a jurisdiction that no other question names, which matters only abroad. */
const unlikeAny = (input: DecisionInput, number: number): DecisionInput => ({
  ...input,
  record: { ...input.record, subjectJurisdiction: `j${number}` },
});

/** One line for people. */
export const micros = ({ median: middle, p99, processor }: Micros): string =>
  `${middle.toFixed(1)} µs at the median, p99 ${p99.toFixed(1)}, ${processor.toFixed(1)} µs of a processor`;

function timed(call: () => unknown): number {
  const started = process.hrtime.bigint();
  call();
  return Number(process.hrtime.bigint() - started) / 1000;
}

/** Times calls one by one, after a fifth as many to warm up. */
function measure(calls: number, call: (number: number) => unknown): Micros {
  for (let number = 0; number < calls / 5; number++) call(number);
  const times = new Float64Array(calls);
  const before = process.threadCpuUsage();
  for (let number = 0; number < calls; number++) times[number] = timed(() => call(number));
  const { user, system } = process.threadCpuUsage(before);
  times.sort();
  return {
    median: times[Math.floor(calls / 2)] ?? Number.NaN,
    p99: times[Math.floor(calls * 0.99)] ?? Number.NaN,
    processor: (user + system) / calls,
  };
}
