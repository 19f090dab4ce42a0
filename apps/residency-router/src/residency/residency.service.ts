import type {
  DecideRequest,
  DecideResponse,
  Difference,
  ResidencyServiceServer,
  SimulateRequest,
} from '@bailiwick/contracts';
import { handlers } from '@bailiwick/grpc';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import type { Answer, DecisionMaker, Question } from '../route/decision-maker.js';
import { simulate, type Changed } from './simulate.js';

const MOST_RECORDS = 1000;

/**
 * Decide, Explain and Simulate: what the router does, or would do, with described records. Nothing is signed, counted
 * or moved.
 */
export function residencyService(
  decisions: Pick<DecisionMaker, 'answer' | 'explain' | 'input'>,
  logger: Logger,
): ResidencyServiceServer {
  const { unary } = handlers(logger);
  return {
    decide: unary(async (request) => response(decisions.answer(questionOf(request)))),
    explain: unary(async ({ record }) => {
      if (!record) throw new BailiwickError('event-invalid', 'the request describes no record');
      const answer = decisions.explain(questionOf(record));
      return { decision: response(answer), steps: [...answer.steps] };
    }),
    simulate: unary(async (request, { cancelled }) => {
      const { problems, decided, changed } = await simulate(candidateOf(request), decisions, cancelled);
      return {
        problems: problems.map(({ code, id, line, message }) => ({
          code,
          policy: id ?? '',
          line: line ?? 0,
          message,
        })),
        decided,
        differences: changed.map(difference),
      };
    }),
  };
}

function questionOf(request: DecideRequest): Question {
  const { tenant, purpose, highestSensitivity, categories, subjectJurisdiction, purposeVersion } = request;
  if (tenant === '' || purpose === '')
    throw new BailiwickError('event-invalid', 'tenant and purpose must be named');
  return {
    tenant,
    purpose,
    highestSensitivity,
    categories,
    ...(subjectJurisdiction === undefined ? {} : { subjectJurisdiction }),
    ...(purposeVersion === undefined ? {} : { purposeVersion }),
  };
}

function candidateOf({ tenant, candidate, records }: SimulateRequest): Parameters<typeof simulate>[0] {
  if (tenant === '') throw new BailiwickError('event-invalid', 'the tenant must be named');
  if (records.length > MOST_RECORDS)
    throw new BailiwickError('event-invalid', `at most ${MOST_RECORDS} records are simulated at once`);
  const questions = records.map(({ eventId, record }) => {
    if (!record) throw new BailiwickError('event-invalid', 'a record is not described');
    if (record.tenant !== '' && record.tenant !== tenant)
      throw new BailiwickError('event-invalid', 'every record must be of the tenant that is simulated');
    return { eventId, question: questionOf({ ...record, tenant }) };
  });
  return { tenant, text: candidate, questions };
}

const difference = ({ eventId, before, after, policies }: Changed): Difference => ({
  eventId,
  before: response(before),
  after: response(after),
  policies: [...policies],
});

function response({ decision, profileVersion, policyDigest }: Answer): DecideResponse {
  const allowed = decision.outcome === 'allow' ? decision : undefined;
  return {
    outcome: decision.outcome,
    reasons: [...decision.reasons],
    transferBasis: decision.basis,
    pool: allowed?.pool ?? '',
    jurisdiction: allowed?.jurisdiction ?? '',
    profileVersion,
    policyDigest,
  };
}
