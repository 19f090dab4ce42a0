import type { DetailedError, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs';
import { withEngine } from './engine.js';
import type { PolicyProblem } from './policy-problem.js';
import { PARSED_SCHEMA } from './schema.js';
import { isTooDeep, lineCount, statementsOf, type Statement } from './statements.js';

/** One policy as its author wrote it. */
export interface WrittenPolicy extends Statement {
  readonly id: string;
  /** What it says, for people. */
  readonly sentence: string;
  /** Article or clause behind it. */
  readonly source: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Without its annotations. */
  readonly json: PolicyJson;
}

/** Policies of one text, and everything that is wrong with them. */
export interface ReadPolicies {
  readonly policies: readonly WrittenPolicy[];
  readonly problems: readonly PolicyProblem[];
}

const MOST_BYTES = 65_536;
const MOST_POLICIES = 100;

/** Reads Cedar text. Never throws. */
export function readPolicies(text: string): ReadPolicies {
  const problems: PolicyProblem[] = [];
  const whole = (message: string): ReadPolicies => ({
    policies: [],
    problems: [{ code: 'too-large', id: undefined, line: undefined, message }],
  });
  if (Buffer.byteLength(text) > MOST_BYTES) return whole(`at most ${MOST_BYTES} bytes are read`);
  const statements = statementsOf(text);
  if (statements.length > MOST_POLICIES) return whole(`at most ${MOST_POLICIES} policies are read`);

  const policies: WrittenPolicy[] = [];
  for (const statement of statements) {
    const written = parse(statement);
    if ('code' in written) {
      problems.push(written);
      continue;
    }
    const { id, line } = written;
    for (const name of ['id', 'sentence', 'source'] as const)
      if (written[name].trim() === '')
        problems.push({ code: 'annotation-missing', id, line, message: `the policy has no @${name}("…")` });
    if (policies.some((other) => other.id === id))
      problems.push({ code: 'id-repeated', id, line, message: `another policy has the id ${id} already` });
    policies.push(written);
  }
  return { policies, problems };
}

function parse(statement: Statement): WrittenPolicy | PolicyProblem {
  const { text, line } = statement;
  const wrong = (code: PolicyProblem['code'], at: number, message: string): PolicyProblem => ({
    code,
    id: undefined,
    line: at,
    message,
  });
  if (isTooDeep(text))
    return wrong('too-large', line, 'the policy nests or chains too much; say it in several');
  const answer = withEngine((cedar) => cedar.policyToJson(text));
  if (answer === undefined) return wrong('syntax', line, 'the text cannot be read');
  if (answer.type === 'failure') {
    const [error] = answer.errors;
    return wrong('syntax', lineOf(statement, error), messageOf(error));
  }
  const { annotations = {}, ...json } = answer.json;
  const { id = '', sentence = '', source = '' } = annotations;
  return { ...statement, id, sentence, source, annotations, json };
}

/** What Cedar's strict validator says against the schema. Takes some milliseconds; never throws. */
export function misfits(policies: readonly WrittenPolicy[]): readonly PolicyProblem[] {
  const answer = withEngine((cedar) =>
    cedar.validate({
      schema: PARSED_SCHEMA,
      policies: { staticPolicies: Object.fromEntries(policies.map(({ text }, index) => [index, text])) },
      validationSettings: { mode: 'strict' },
    }),
  );
  if (answer === undefined) return [problemAt('validation', undefined, undefined)];
  if (answer.type === 'failure')
    return answer.errors.map((error) => problemAt('validation', undefined, error));
  return [
    ...answer.validationErrors.map(({ policyId, error }) =>
      problemAt('validation', policies[Number(policyId)], error),
    ),
    // What cannot apply forbids nothing, whatever its author believes.
    ...answer.validationWarnings.map(({ policyId, error }) =>
      problemAt('never-applies', policies[Number(policyId)], error),
    ),
  ];
}

const problemAt = (
  code: PolicyProblem['code'],
  policy: WrittenPolicy | undefined,
  error: DetailedError | undefined,
): PolicyProblem => ({
  code,
  id: policy?.id,
  line: policy && lineOf(policy, error),
  message: messageOf(error),
});

/** Line in the whole text at which Cedar, which counts bytes of the statement, found something. */
function lineOf({ text, line }: Statement, error: DetailedError | undefined): number {
  const bytes = error?.sourceLocations?.[0]?.start ?? 0;
  return line - 1 + lineCount(Buffer.from(text).subarray(0, bytes).toString());
}

const messageOf = (error: DetailedError | undefined): string =>
  [error?.message ?? 'the policy cannot be checked', error?.help].filter(Boolean).join('; ');
