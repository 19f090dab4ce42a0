import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { TenantPolicy } from '@bailiwick/domain';
import { DecisionCache, checkPolicies, explain, type PolicyProblem } from '@bailiwick/policy';
import { answerTo, type Answer, type DecisionMaker, type Question } from '../route/decision-maker.js';

/** A tenant's policies as they could be, and records to try them on. */
export interface Candidate {
  readonly tenant: string;
  readonly text: string;
  readonly questions: readonly { readonly eventId: string; readonly question: Question }[];
}

/** A record that comes out otherwise. */
export interface Changed {
  readonly eventId: string;
  readonly before: Answer;
  readonly after: Answer;
  /** Ids of the candidate's policies that keep pools from answering it. */
  readonly policies: readonly string[];
}

/** What a candidate would change; with problems, nothing was decided. */
export interface Simulation {
  readonly problems: readonly PolicyProblem[];
  readonly decided: number;
  readonly changed: readonly Changed[];
}

/** Records after which others get their turn: what runs in the pipeline must not wait for a simulation. */
const AT_A_TIME = 20;

/** Decides records under the tenant's policies of now and under the candidate, and tells which differ. */
export async function simulate(
  { tenant, text, questions }: Candidate,
  decisions: Pick<DecisionMaker, 'input'>,
  cancelled: AbortSignal,
): Promise<Simulation> {
  const problems = checkPolicies([{ name: 'candidate', tenant, text }], []);
  if (problems.length > 0) return { problems, decided: 0, changed: [] };
  const candidate: TenantPolicy = { tenant, version: 1, text };
  // Apart from the pipeline's, so that a simulation drives nothing out of it.
  const cache = new DecisionCache(2 * questions.length + 2);
  const changed: Changed[] = [];
  let decided = 0;
  for (const { eventId, question } of questions) {
    if (decided % AT_A_TIME === 0) await turn();
    if (cancelled.aborted) break;
    const now = decisions.input(question);
    const then = { ...now, policy: candidate };
    const before = answerTo(now, cache.decide(now));
    const after = answerTo(then, cache.decide(then));
    decided++;
    if (isDeepStrictEqual(before.decision, after.decision)) continue;
    const rules = explain(then).steps.map(({ rule }) => rule);
    const own = rules
      .filter((rule) => rule.startsWith('tenant:'))
      .map((rule) => rule.slice('tenant:'.length));
    changed.push({ eventId, before, after, policies: [...new Set(own)] });
  }
  return { problems: [], decided, changed };
}
