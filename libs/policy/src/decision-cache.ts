import { createHash } from 'node:crypto';
import type { Decision, Pool, TenantPolicy } from '@bailiwick/domain';
import { BUILT_IN } from './built-in.js';
import { choose } from './choose.js';
import type { DecisionInput } from './decision-input.js';
import { judge, type Verdict } from './judge.js';
import { narrowingOf } from './narrowing.js';
import { isFresh, minuteOf } from './question.js';
import { VerdictStore, type Grounds } from './verdict-store.js';

/**
 * Decides as `decide` does, and remembers what the policies said of records that look the same. What it is remembered under holds
 * everything that they can depend on and nothing of one record alone: not its id, and not the load of pools, which
 * both play their part after the cache.
 */
export class DecisionCache {
  readonly #verdicts: VerdictStore;

  /** Remembers at most as many verdicts as `most`. */
  constructor(most = 200_000) {
    this.#verdicts = new VerdictStore(most);
  }

  decide(input: DecisionInput): Decision {
    const { profile, purpose, policy, pools } = input;
    const inventory = inventoryOf(pools, looksAt(policy, 'attestedAt'));
    const [grounds, look] = [{ profile, purpose, policy, inventory }, lookOf(input)];
    return choose(this.#verdicts.get(grounds, look) ?? this.#judge(grounds, look, input), input);
  }

  /** Verdicts that are remembered now, at most. */
  get size(): number {
    return this.#verdicts.size;
  }

  #judge(grounds: Grounds, look: string, input: DecisionInput): Verdict {
    const verdict = judge(input, BUILT_IN);
    // What failed may have been the engine, and not a policy.
    return verdict.failed ? verdict : this.#verdicts.add(grounds, look, verdict);
  }
}

/** Whether some policy may depend on what has the name. */
const looksAt = (policy: TenantPolicy | undefined, name: string): boolean =>
  BUILT_IN.set.names.has(name) || (policy !== undefined && narrowingOf(policy).set.names.has(name));

/** A record as the policies see it. As JSON, so that no two records look the same whatever their labels are made of. */
function lookOf(input: DecisionInput): string {
  const { profile, policy, record, now } = input;
  return JSON.stringify([
    record.tenant === profile?.tenant ? 0 : record.tenant,
    record.highestSensitivity,
    record.categories,
    String(record.purposeVersion),
    record.atRegion,
    record.atJurisdiction,
    record.subjectJurisdiction ?? 0,
    isFresh(input),
    looksAt(policy, 'now') ? String(minuteOf(now ?? Number.NaN)) : 0,
  ]);
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
