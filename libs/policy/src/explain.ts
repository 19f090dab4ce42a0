import type { Decision } from '@bailiwick/domain';
import { BUILT_IN } from './built-in.js';
import { choose } from './choose.js';
import type { DecisionInput } from './decision-input.js';
import { judge, type Ruling } from './judge.js';
import { narrowingOf } from './narrowing.js';
import { placeOf, type Place } from './places.js';
import { GATES, PLACE_RULES, type Rule } from './rules.js';

/** One rule that was looked at: a gate, a policy that keeps a pool from answering, or a place. */
export interface ExplainStep {
  /** Id of the policy, with `tenant:` before a tenant's own, or of the place. */
  readonly rule: string;
  readonly sentence: string;
  readonly source: string;
  /** True when the rule let the record pass. */
  readonly passed: boolean;
  /** What the rule compared, without personal data. */
  readonly detail: string;
}

export interface Explanation {
  readonly decision: Decision;
  /** In the order in which the rules are told; the last one decided. */
  readonly steps: readonly ExplainStep[];
}

/** The decision with the way to it. */
export function explain(input: DecisionInput): Explanation {
  const looked: (readonly [Place, readonly Ruling[]])[] = [];
  const verdict = judge(input, BUILT_IN, (place, rulings) => looked.push([place, rulings]));
  const decision = choose(verdict, input);

  const [first] = looked.flatMap(([, rulings]) => rulings);
  if (!first || first.failed) return { decision, steps: [failure] };
  const shut = GATES.findIndex(({ reason }) => first.reasons.includes(reason));
  const gates = GATES.slice(0, shut === -1 ? GATES.length : shut + 1).map((gate, index) =>
    step(gate, index !== shut, gate.detail(input)),
  );
  if (shut !== -1) return { decision, steps: gates };

  const steps = [...gates];
  for (const [place, rulings] of looked) {
    steps.push(...rulings.flatMap((ruling) => refusals(ruling, input)));
    if (rulings.some(({ failed }) => failed)) return { decision, steps: [...steps, failure] };
    if (place.id === 'nowhere') continue;
    const here = PLACE_RULES[place.id];
    if (decision.outcome === 'allow' && isAmong(rulings, { ...decision, id: decision.pool })) {
      const detail = `pool ${decision.pool} in ${decision.region}, basis ${decision.basis}`;
      return { decision, steps: [...steps, step(here, true, detail)] };
    }
    const open = rulings.some(({ allowed }) => allowed);
    const where = place.transfer ? `${place.transfer.jurisdiction} on ${place.basis}: ` : '';
    const notAsked = place.pools.length > 0 && rulings.length === 0;
    const why = notAsked ? 'load opens no other jurisdiction' : 'no eligible pool';
    steps.push(step(here, false, `${where}${open ? 'no room in any eligible pool' : why}`));
  }
  const last =
    verdict.open.length > 0
      ? step(PLACE_RULES['room-left'], false, `open places: ${verdict.open.length}`)
      : step(PLACE_RULES['denied-by-default'], false, `sensitivity ${input.record.highestSensitivity}`);
  return { decision, steps: [...steps, last] };
}

const step = ({ id, sentence, source }: Rule, passed: boolean, detail: string): ExplainStep => ({
  rule: id,
  sentence,
  source,
  passed,
  detail,
});

const failure = step(PLACE_RULES['policies-evaluated'], false, 'a policy could not be read or evaluated');

const isAmong = (rulings: readonly Ruling[], pool: Parameters<typeof placeOf>[0]): boolean =>
  rulings.some(({ allowed, pools }) => allowed && pools.some((one) => placeOf(one) === placeOf(pool)));

/** A step for each policy that keeps pools from answering. */
function refusals({ allowed, policies, pools }: Ruling, { policy }: DecisionInput): readonly ExplainStep[] {
  if (allowed) return [];
  const own = policy && narrowingOf(policy).policies;
  const ids = pools.map(({ id }) => id).filter((id) => id !== '');
  const detail = ids.length > 3 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more` : ids.join(', ');
  return policies
    .flatMap((id) => {
      const one = BUILT_IN.policies.get(id) ?? own?.get(id);
      return one ? [{ ...one, id }] : [];
    })
    .map((one) => step(one, false, detail === '' ? 'no pool serves the model' : `pools ${detail}`));
}
