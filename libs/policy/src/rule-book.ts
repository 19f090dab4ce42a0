import { DECISION_REASONS, type DecisionReason } from '@bailiwick/domain';
import { PolicySet } from './cedar.js';
import type { PolicyProblem } from './policy-problem.js';
import { misfits, readPolicies, type WrittenPolicy } from './read-policies.js';

/** A built-in policy: what it stands for when it decides. */
export interface BuiltInPolicy extends WrittenPolicy {
  readonly reason: DecisionReason;
  /** Of a forbid. */
  readonly outcome: 'deny' | 'hold';
}

/** Policies that hold for every tenant, ready to be asked. */
export interface RuleBook {
  readonly policies: ReadonlyMap<string, BuiltInPolicy>;
  readonly set: PolicySet;
  /** The exact texts, for the digest. */
  readonly texts: readonly string[];
}

/** Answers that a book remembers. What is asked of it differs by jurisdictions, bases and labels: some hundred questions. */
const MOST_ANSWERS = 8192;

/** Reads the texts of a rule book. With any problem the book is not to be used. */
export function readRuleBook(texts: readonly string[]): {
  readonly book: RuleBook;
  readonly problems: readonly PolicyProblem[];
} {
  const read = texts.map((text) => readPolicies(text));
  const problems = read.flatMap((one) => one.problems);
  const policies = new Map<string, BuiltInPolicy>();
  for (const policy of read.flatMap((one) => one.policies)) {
    const { id, line } = policy;
    const { reason = '', outcome = 'hold' } = policy.annotations;
    if (policies.has(id))
      problems.push({ code: 'id-repeated', id, line, message: `another policy has the id ${id} already` });
    if (!isReason(reason) || (outcome !== 'hold' && outcome !== 'deny')) {
      const message = '@reason must be a reason of decisions, and @outcome, if any, deny or hold';
      problems.push({ code: 'reason-unknown', id, line, message });
      continue;
    }
    policies.set(id, { ...policy, reason, outcome });
  }
  const set = new PolicySet(
    Object.fromEntries([...policies].map(([id, { json }]) => [id, json])),
    MOST_ANSWERS,
  );
  return { book: { policies, set, texts }, problems };
}

/** What the validator says of a rule book. */
export const misfitsOf = ({ policies }: RuleBook): readonly PolicyProblem[] =>
  misfits([...policies.values()]);

const isReason = (name: string): name is DecisionReason => Object.hasOwn(DECISION_REASONS, name);
