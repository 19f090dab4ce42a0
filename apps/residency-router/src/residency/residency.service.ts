import { type DecideRequest, type DecideResponse, type ResidencyServiceServer } from '@bailiwick/contracts';
import { handlers } from '@bailiwick/grpc';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import { policyDigest } from '@bailiwick/policy';
import type { Answer, DecisionMaker } from '../route/decision-maker.js';

/** Decide and Explain: what the router would do with a described record. Nothing is signed, counted or moved. */
export function residencyService(
  decisions: Pick<DecisionMaker, 'answer'>,
  logger: Logger,
): ResidencyServiceServer {
  const { unary } = handlers(logger);
  return {
    decide: unary(async (request) => response(answerTo(request, decisions))),
    explain: unary(async ({ record }) => {
      if (!record) throw new BailiwickError('event-invalid', 'the request describes no record');
      const answer = answerTo(record, decisions);
      return {
        decision: response(answer),
        steps: answer.steps.map(({ rule, sentence, passed, detail }) => ({ rule, sentence, passed, detail })),
      };
    }),
  };
}

function answerTo(
  { tenant, purpose, highestSensitivity, categories }: DecideRequest,
  decisions: Pick<DecisionMaker, 'answer'>,
): Answer {
  if (tenant === '' || purpose === '')
    throw new BailiwickError('event-invalid', 'tenant and purpose must be named');
  return decisions.answer({ tenant, purpose, highestSensitivity, categories });
}

function response({ decision, profileVersion }: Answer): DecideResponse {
  const allowed = decision.outcome === 'allow' ? decision : undefined;
  return {
    outcome: decision.outcome,
    reasons: [...decision.reasons],
    transferBasis: decision.basis,
    pool: allowed?.pool ?? '',
    jurisdiction: allowed?.jurisdiction ?? '',
    profileVersion,
    policyDigest: policyDigest(),
  };
}
