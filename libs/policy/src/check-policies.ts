import type { TenantPolicy } from '@bailiwick/domain';
import { BUILT_IN } from './built-in.js';
import { decide } from './decide.js';
import { narrowingOf } from './narrowing.js';
import { differenceOf, inputOfCase, type PolicyCase } from './policy-case.js';
import type { PolicyProblem } from './policy-problem.js';
import { misfitsOf, readRuleBook } from './rule-book.js';

/** A policy text that is to be published. */
export interface PolicySource {
  /** Name for people, for example a file. */
  readonly name: string;
  readonly text: string;
  /** Whose it is; absent: one of the texts that take the place of the built-in policies. */
  readonly tenant?: string;
}

/** What is wrong, and in which source; a failed case names itself and no source. */
export interface SourceProblem extends PolicyProblem {
  readonly source: string | undefined;
}

/**
 * What keeps these texts from being published; nothing, when the list is empty. Each is read, held against the schema
 * and, if it is a tenant's, searched for whatever could widen. Only when all are sound the cases are run, each with the
 * policies of its tenant.
 */
export function checkPolicies(
  sources: readonly PolicySource[],
  cases: readonly PolicyCase[],
): readonly SourceProblem[] {
  const unsound = sources.flatMap((source) =>
    problemsOf(source).map((problem) => ({ ...problem, source: source.name })),
  );
  if (unsound.length > 0) return unsound;
  const texts = sources.flatMap(({ tenant, text }) => (tenant === undefined ? [text] : []));
  const { book, problems } =
    texts.length > 0 ? readRuleBook(texts) : { book: BUILT_IN, problems: [] satisfies PolicyProblem[] };
  if (problems.length > 0) return problems.map((problem) => ({ ...problem, source: undefined }));

  const policies = new Map<string, TenantPolicy>();
  for (const { tenant, text } of sources)
    if (tenant !== undefined)
      policies.set(tenant, {
        tenant,
        version: 1,
        text: [policies.get(tenant)?.text, text].filter(Boolean).join('\n'),
      });
  const clashes = [...policies.values()].flatMap((policy) => narrowingOf(policy).problems);
  if (clashes.length > 0) return clashes.map((problem) => ({ ...problem, source: undefined }));
  return cases.flatMap((one) => {
    const decision = decide(inputOfCase(one, policies.get(one.given.tenant)), book);
    const message = differenceOf(one, decision);
    return message === undefined
      ? []
      : [{ code: 'case-failed' as const, id: one.name, line: undefined, message, source: undefined }];
  });
}

function problemsOf({ text, tenant }: PolicySource): readonly PolicyProblem[] {
  if (tenant !== undefined) return narrowingOf({ tenant, version: 1, text }).problems;
  const { book, problems } = readRuleBook([text]);
  return [...problems, ...misfitsOf(book)];
}
