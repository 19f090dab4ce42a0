export { checkPolicies, type PolicySource, type SourceProblem } from './check-policies.js';
export { decide } from './decide.js';
export { DecisionCache } from './decision-cache.js';
export type { DecisionInput, DescribedRecord } from './decision-input.js';
export { explain, type Explanation, type ExplainStep } from './explain.js';
export { readCases, type PolicyCase } from './policy-case.js';
export { policyDigest } from './policy-digest.js';
export { POLICY_PROBLEMS, type PolicyProblem, type PolicyProblemCode } from './policy-problem.js';
export { RULES, type Rule } from './rules.js';
