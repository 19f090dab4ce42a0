import type { Decision, DecisionBasis, DecisionReason, Pool } from '@bailiwick/domain';
import type { DecisionInput } from './decision-input.js';
import { narrowingOf, type Narrowing } from './narrowing.js';
import { alike, byPlace, followsOn, placesOf, type Place } from './places.js';
import { questionOf } from './question.js';
import { gateOf, mostTelling } from './reasons.js';
import type { RuleBook } from './rule-book.js';

/** What the policies say of pools that they cannot tell apart. */
export interface Ruling {
  readonly pools: readonly Pool[];
  /** Ids of the policies that decided. */
  readonly policies: readonly string[];
  /** Why: of an allowance, or of every forbid. */
  readonly reasons: readonly DecisionReason[];
  readonly allowed: boolean;
  /** A policy could not be read or evaluated. */
  readonly failed: boolean;
}

/** Pools that may answer, equally good among themselves. */
export interface OpenPlace {
  readonly reasons: readonly DecisionReason[];
  readonly basis: DecisionBasis;
  readonly pools: readonly Pool[];
}

/** What the policies say of a record: where it may be answered, best place first, or why nowhere. */
export interface Verdict {
  /** Each after the first only where load may lead to it. */
  readonly open: readonly OpenPlace[];
  /** When no place is open. */
  readonly otherwise: Decision;
  /** A policy could not be read or evaluated. */
  readonly failed: boolean;
}

const stop = (outcome: 'deny' | 'hold', reasons: readonly DecisionReason[]): Decision => ({
  outcome,
  reasons,
  basis: 'none',
});
/** What cannot be evaluated allows nothing. */
const ERROR: Verdict = { open: [], otherwise: stop('hold', ['policy-error']), failed: true };

/**
 * Asks the policies about the pools, best place first, until a place is open that is sure to have room; of places to which
 * no load leads they are not asked. What depends on one record alone, and on the load of pools, plays no part: the verdict
 * holds for every record that looks the same. `visit` is shown each place with its rulings, which are filled in while the
 * place is looked at.
 */
export function judge(
  input: DecisionInput,
  book: RuleBook,
  visit: (place: Place, rulings: readonly Ruling[]) => void = () => undefined,
): Verdict {
  const narrowing = input.policy && narrowingOf(input.policy);
  const looksAt = (name: string): boolean =>
    book.set.names.has(name) || (narrowing?.set.names.has(name) ?? false);
  const open: OpenPlace[] = [];
  const refusals: (readonly DecisionReason[])[] = [];
  for (const place of placesOf(input)) {
    const rulings: Ruling[] = [];
    visit(place, rulings);
    if (!followsOn(place, open, input.profile)) continue;
    for (const pools of alike(place.pools, looksAt)) {
      const ruling = rule(input, place, pools, book, narrowing);
      rulings.push(ruling);
      const gate = gateOf(ruling.reasons);
      if (ruling.failed) return ERROR;
      if (gate !== undefined)
        return { open: [], otherwise: stop(outcomeOf(gate, ruling, book), [gate]), failed: false };
      if (!ruling.allowed) refusals.push(ruling.reasons);
    }
    const allowed = rulings.filter((ruling) => ruling.allowed);
    const [first] = allowed;
    if (!first) continue;
    const pools = allowed.flatMap((ruling) => ruling.pools).toSorted(byPlace);
    open.push({ reasons: first.reasons, basis: place.basis, pools });
    if (pools.some(({ room }) => room === undefined)) break;
  }
  const reasons = mostTelling(refusals);
  if (open.length === 0 && reasons.length === 0) return ERROR;
  return { open, otherwise: stop('hold', reasons), failed: false };
}

function rule(
  input: DecisionInput,
  place: Place,
  pools: readonly Pool[],
  book: RuleBook,
  narrowing: Narrowing | undefined,
): Ruling {
  const failed: Ruling = { pools, policies: [], reasons: [], allowed: false, failed: true };
  const [pool] = pools;
  if (!pool) return failed;
  const answer = book.set.ask(questionOf(input, pool, place.transfer, book.set.names));
  if (answer.failed) return failed;
  const { allowed, policies } = answer;
  const reasons = [...new Set(policies.flatMap((id) => book.policies.get(id)?.reason ?? []))];
  // A rule book that does not say why, or opens what lies in no place of the contract, is not to be trusted.
  if (reasons.length === 0 || (allowed && place.id === 'nowhere')) return failed;
  const built = { pools, policies, reasons, allowed, failed: false };
  if (!allowed || narrowing === undefined) return built;

  if (narrowing.problems.length > 0 || input.policy?.tenant !== input.record.tenant) return failed;
  const own = narrowing.set.ask(questionOf(input, pool, place.transfer, narrowing.set.names));
  if (own.failed) return failed;
  return own.allowed
    ? built
    : { ...built, policies: own.policies, reasons: ['tenant-policy'], allowed: false };
}

function outcomeOf(gate: DecisionReason, { policies }: Ruling, book: RuleBook): 'deny' | 'hold' {
  return policies.some((id) => {
    const policy = book.policies.get(id);
    return policy?.reason === gate && policy.outcome === 'deny';
  })
    ? 'deny'
    : 'hold';
}
