import { createHash } from 'node:crypto';
import type { Decision, Pool } from '@bailiwick/domain';
import { BUILT_IN } from './built-in.js';
import { choose } from './choose.js';
import type { DecisionInput } from './decision-input.js';
import { judge, type Verdict } from './judge.js';
import { narrowingOf } from './narrowing.js';
import { isFresh, minuteOf } from './question.js';
import { Recent } from './recent.js';

/**
 * Decides as `decide` does, and remembers what the policies said of records that look the same. The key holds
 * everything that they can depend on and nothing of one record alone: not its id, and not the load of pools, which
 * both play their part after the cache. What the control-plane publishes anew is another object, and so another key.
 */
export class DecisionCache {
  readonly #verdicts: Recent<Verdict>;

  /** Remembers at most as many verdicts as `most`; one takes about half a kilobyte. */
  constructor(most = 200_000) {
    this.#verdicts = new Recent(most);
  }

  decide(input: DecisionInput): Decision {
    // What failed may have been the engine, and not a policy.
    const verdict = this.#verdicts.get(
      keyOf(input),
      () => judge(input, BUILT_IN),
      ({ failed }) => !failed,
    );
    return choose(verdict, input);
  }

  /** Verdicts that are remembered now. */
  get size(): number {
    return this.#verdicts.size;
  }
}

function keyOf(input: DecisionInput): string {
  const { profile, purpose, policy, record, pools, now } = input;
  const looksAt = (name: string): boolean =>
    BUILT_IN.set.names.has(name) || (policy !== undefined && narrowingOf(policy).set.names.has(name));
  // As JSON, so that no two inputs share a key whatever their labels are made of.
  return JSON.stringify([
    numberOf(profile),
    numberOf(purpose),
    numberOf(policy),
    inventoryOf(pools, looksAt('attestedAt')),
    record.tenant,
    record.highestSensitivity,
    record.categories,
    String(record.purposeVersion),
    record.atRegion,
    record.atJurisdiction,
    record.subjectJurisdiction ?? 0,
    isFresh(input),
    looksAt('now') ? String(minuteOf(now ?? Number.NaN)) : 0,
  ]);
}

let published = 0;
const numbers = new WeakMap<object, number>();

/** What was published is never changed, so which object it is stands for all that it says. */
function numberOf(thing: object | undefined): number {
  if (thing === undefined) return 0;
  let number = numbers.get(thing);
  if (number === undefined) numbers.set(thing, (number = ++published));
  return number;
}

const inventories = new WeakMap<readonly Pool[], { readonly plain: string; readonly attested: string }>();

/** What an inventory says, but for what changes all the time: how much room there is, and proofs that no policy looks at. */
function inventoryOf(pools: readonly Pool[], withProofs: boolean): string {
  let said = inventories.get(pools);
  if (said === undefined) {
    const rest = pools.map(({ room, ...pool }) => [{ ...pool, attestedAt: null }, room === undefined]);
    said = {
      plain: hashOf(rest),
      attested: hashOf([rest, pools.map(({ attestedAt }) => attestedAt ?? null)]),
    };
    inventories.set(pools, said);
  }
  return withProofs ? said.attested : said.plain;
}

const hashOf = (seen: unknown): string =>
  createHash('sha256').update(JSON.stringify(seen)).digest('base64url');
