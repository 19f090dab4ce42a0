/** Every way in which a policy text can be wrong. */
export const POLICY_PROBLEMS = {
  'too-large': 'The text is longer, or nests deeper, than is read.',
  syntax: 'It is no Cedar policy.',
  'annotation-missing': 'It does not say its @id, @sentence or @source.',
  'id-repeated': 'Another policy has the same @id.',
  'reason-unknown': 'A built-in policy names no reason of a decision, or no outcome.',
  'not-a-forbid': 'A tenant may only forbid: a permit could widen.',
  'other-tenant': 'It speaks of another tenant.',
  validation: 'It does not fit the schema.',
  'never-applies': 'It cannot apply to anything, so it is not what its author meant.',
  'case-failed': 'A case comes out otherwise than it must.',
} as const;
export type PolicyProblemCode = keyof typeof POLICY_PROBLEMS;

/** What is wrong with a policy text. */
export interface PolicyProblem {
  readonly code: PolicyProblemCode;
  /** Id of the policy or name of the case, where there is one. */
  readonly id: string | undefined;
  /** Line in its text, from 1; absent where the whole is meant. */
  readonly line: number | undefined;
  /** For the author. */
  readonly message: string;
}
