import {
  EVENT_TYPES,
  MinimisedRecord,
  ModelOutput,
  withoutPoolKey,
  type InferenceRequest,
  type InferenceResult,
  type TopicNames,
} from '@bailiwick/contracts';
import type { OpenedRequest } from '@bailiwick/custody';
import { JsonObject, declaredFields, facetsOf, isAwaited, purposeKey, type Purpose } from '@bailiwick/domain';
import {
  deadLetter,
  emit,
  hold,
  violation,
  type ControlReader,
  type FactDraft,
  type Outcome,
  type Stage,
} from '@bailiwick/kafka';
import { BailiwickError, type ErrorCode } from '@bailiwick/platform';
import type { ReceiptClaims } from '@bailiwick/receipt';
import type { ReplayGuard } from '../verify/replay-guard.js';
import { verifyRequest, type Verification } from '../verify/verify-request.js';
import { askForCaller, askModel, type ValidAnswer } from './ask-model.js';
import type { GoneCallers } from './gone-callers.js';
import { leakIn } from './output-scan.js';
import type { Ask } from './pool-call.js';
import { render } from './rendering.js';

/** What answering needs. */
export interface Answering {
  readonly verification: Verification;
  readonly replays: Pick<ReplayGuard, 'isReplay'>;
  readonly control: Pick<ControlReader, 'ready' | 'get'>;
  readonly ask: Ask;
  readonly callers: Pick<GoneCallers, 'unlessGone'>;
  /** Countries whose national phone formats an answer may not hold. */
  readonly countries: readonly string[];
  readonly names: TopicNames;
}

/** A request that may be answered. */
interface Permitted {
  readonly request: InferenceRequest;
  readonly claims: ReceiptClaims;
  readonly opened: OpenedRequest;
  readonly purpose: Purpose;
}

/** The adapter's stage: verify everything, ask the pool, check the answer, send it home. */
export const answerStage =
  (answering: Answering): Stage<InferenceRequest> =>
  async (request, context) => {
    if (!answering.control.ready)
      throw new BailiwickError('control-not-ready', 'the control topics are not read yet');
    const verdict = await verifyRequest(request, context, answering.verification);
    switch (verdict.kind) {
      case 'refused':
        return refusal(verdict.code, verdict.detail);
      case 'outdated':
        return [returned(answering.names, request, verdict.reason)];
      case 'verified':
        break;
    }
    const { claims, opened } = verdict;
    if (await answering.replays.isReplay(claims, context.coordinates, context.signal))
      return refusal('receipt-replayed', 'The receipt was delivered before, at other coordinates.');
    const purpose = answering.control.get('purpose', purposeKey(request.tenant, request.purpose));
    if (!purpose) return [hold('no-purpose', 'The tenant has no such purpose in this cell.')];
    if (purpose.version !== request.purposeVersion)
      return [hold('purpose-changed', 'The record was minimised for another version of the purpose.')];

    const fields = fieldsOf(opened);
    const answer = isAwaited(purpose.object)
      ? await answering.callers.unlessGone(request.eventId, context.signal, (signal) =>
          askForCaller(answering.ask, purpose, fields, signal),
        )
      : await askModel(answering.ask, purpose, fields, context.signal);
    if (answer === null)
      return [deadLetter('caller-gone', 'The caller went away before there was an answer.')];
    const leak = leakIn(answer.said, fields, answering.countries);
    if (leak !== null) return refusal('output-leaks', leak);
    return [answered(answering, { request, claims, opened, purpose }, fields, answer)];
  };

/** Denied: the record is held and the attempt is reported. */
const refusal = (code: ErrorCode, detail: string): readonly Outcome[] => [
  violation(code, detail),
  hold(code, detail),
];

/** A decision that became outdated in the queue is nobody's fault: the router decides again. */
const returned = (names: TopicNames, request: InferenceRequest, reason: string): Outcome =>
  emit({
    topic: names.returned,
    type: EVENT_TYPES.request,
    message: withoutPoolKey(request),
    fact: { kind: 'returned', reason },
  });

function fieldsOf({ plaintext }: OpenedRequest): JsonObject {
  try {
    const record = MinimisedRecord.decode(plaintext.reveal());
    return JsonObject.parse(JSON.parse(Buffer.from(record.fieldsJson).toString('utf8')));
  } catch {
    throw new BailiwickError('record-undecodable', 'the content is not a minimised record');
  }
}

function answered(
  { names, verification: { pin } }: Answering,
  { request, claims, opened, purpose }: Permitted,
  fields: JsonObject,
  { output, usage }: ValidAnswer,
): Outcome {
  const { payload: _, homeWrappedKey: __, ...carried } = request;
  const facets = facetsOf(purpose.output, output);
  const plaintext = ModelOutput.encode({
    outputJson: Buffer.from(JSON.stringify(output)),
    renderings: render(purpose.output.renderings, output, fields),
  }).finish();
  const result: InferenceResult = {
    ...carried,
    model: purpose.model.alias,
    output: opened.sealResult(plaintext),
    usage,
    facets,
    finishedAt: new Date(),
  };
  const fact: FactDraft = {
    kind: 'answered',
    digest: Buffer.from(claims.payloadDigest, 'base64url'),
    model: {
      pool: pin.pool,
      model: purpose.model.alias,
      ...usage,
      outputFields: declaredFields(purpose.output, output),
      facets,
    },
  };
  if (request.homeRegion === pin.region)
    return emit({ topic: names.result, type: EVENT_TYPES.result, message: result, fact });
  const { eventId, tenant, purpose: purposeId, object, subject, homeRegion } = request;
  return emit({
    topic: names.border(claims.from.jurisdiction),
    type: EVENT_TYPES.border,
    message: {
      fromRegion: pin.region,
      toRegion: homeRegion,
      cargo: { $case: 'result', value: result },
      eventId,
      tenant,
      purpose: purposeId,
      object,
      subject,
    },
    fact,
  });
}
