import type { Decision } from '@bailiwick/domain';
import type { DecisionInput } from './decision-input.js';
import { RULES, type Rule, type Verdict } from './rules.js';

/** One rule that was looked at. */
export interface ExplainStep {
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
  /** In the order in which the rules were applied; the last one decided. */
  readonly steps: readonly ExplainStep[];
}

/** What happens to a record: total, deterministic, deny by default. Reads no clock and does no I/O. */
export function decide(input: DecisionInput): Decision {
  return walk(input, () => undefined);
}

/** The same decision with the way to it. */
export function explain(input: DecisionInput): Explanation {
  const steps: ExplainStep[] = [];
  const decision = walk(input, ({ id, sentence, source }, { passed, detail }) => {
    steps.push({ rule: id, sentence, source, passed, detail });
  });
  return { decision, steps };
}

function walk(input: DecisionInput, visit: (rule: Rule, verdict: Verdict) => void): Decision {
  for (const rule of RULES) {
    const verdict = rule.judge(input);
    visit(rule, verdict);
    if (verdict.decision) return verdict.decision;
  }
  return { outcome: 'hold', reasons: ['no-pool'], basis: 'none' };
}
