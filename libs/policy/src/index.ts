export { decide, explain, type Explanation, type ExplainStep } from './decide.js';
export type { DecisionInput, DescribedRecord } from './decision-input.js';
export { policyDigest } from './policy-digest.js';
export { RULES, type Rule, type Verdict } from './rules.js';
