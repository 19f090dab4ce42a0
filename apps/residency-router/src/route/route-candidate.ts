import type { BorderCrossing, DecisionFact, InferenceRequest, RecordClassified } from '@bailiwick/contracts';
import type { Custody } from '@bailiwick/custody';
import { highestSensitivity, purposeKey, type CellSpec, type DecisionReason } from '@bailiwick/domain';
import type { FactDraft } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { receiptClaims, type ReceiptSigner } from '@bailiwick/receipt';
import { recordOf, type Candidate } from './candidate.js';
import type { Answer, ControlState, DecisionMaker } from './decision-maker.js';

/** What routing works with. */
export interface RouteParts {
  readonly cell: CellSpec;
  readonly control: ControlState;
  readonly decisions: DecisionMaker;
  readonly custody: Pick<Custody, 'rewrapForPool'>;
  readonly signer: ReceiptSigner;
  /** SPIFFE id of this router: issuer of its receipts. */
  readonly issuer: string;
  readonly receiptTtlMs: number;
  readonly now?: () => number;
}

/** Where a record goes by its decision. Each carries the fact of the decision, with its signed receipt. */
export type Routed =
  | { readonly kind: 'pool'; readonly request: InferenceRequest; readonly fact: FactDraft }
  | { readonly kind: 'abroad'; readonly crossing: BorderCrossing; readonly fact: FactDraft }
  | {
      readonly kind: 'waits';
      /** The pool for whose room it waits. */
      readonly pool: string;
      readonly record: RecordClassified;
      readonly fact: FactDraft;
    }
  | { readonly kind: 'held'; readonly reason: DecisionReason; readonly fact: FactDraft };

/** Decides on a record, states the decision in a receipt, and seals what is allowed to the pool that may answer. */
export async function routeCandidate(candidate: Candidate, parts: RouteParts): Promise<Routed> {
  const { cell, control, decisions, custody } = parts;
  const answer = decisions.decide(candidate);
  const { decision } = answer;
  const receipt = signReceipt(candidate, answer, parts);
  const fact: FactDraft = {
    kind: 'decided',
    reason: decision.outcome === 'allow' ? '' : (decision.reasons[0] ?? ''),
    digest: candidate.digest,
    decision: decisionFact(answer, receipt, cell.jurisdiction),
  };
  const waitsFor = decision.reasons[0] === 'no-capacity' ? decisions.waitsFor(candidate) : undefined;
  if (waitsFor !== undefined) return { kind: 'waits', pool: waitsFor, record: recordOf(candidate), fact };
  if (decision.outcome !== 'allow') return { kind: 'held', reason: decision.reasons[0] ?? 'no-pool', fact };

  const { eventId, tenant, purpose, object, subject } = candidate;
  const pool = control.get('pool', decision.pool);
  const alias = control.get('purpose', purposeKey(tenant, purpose))?.model.alias;
  if (!pool || alias === undefined)
    throw new BailiwickError('control-not-ready', 'the control topics changed while a record was decided');
  const { payload, homeWrappedKey } = await custody.rewrapForPool({
    eventId,
    tenant,
    subject,
    sealed: candidate.payload,
    pool: pool.id,
    poolPublicKey: pool.publicKey,
  });
  const request: InferenceRequest = {
    eventId,
    tenant,
    purpose,
    purposeVersion: candidate.purposeVersion,
    object,
    subject,
    homeRegion: cell.region,
    pool: pool.id,
    model: alias,
    receipt,
    payload,
    homeWrappedKey,
    receivedAt: candidate.receivedAt,
  };
  if (decision.region === cell.region) return { kind: 'pool', request, fact };
  const crossing: BorderCrossing = {
    fromRegion: cell.region,
    toRegion: decision.region,
    cargo: { $case: 'request', value: request },
    eventId,
    tenant,
    purpose,
    object,
    subject,
  };
  return { kind: 'abroad', crossing, fact };
}

/** Classification of a record's messages; a label that is not on the scale counts as the highest. */
export const classificationOf = ({ highestSensitivity: label }: Candidate) => highestSensitivity([label]);

function signReceipt(candidate: Candidate, answer: Answer, parts: RouteParts): string {
  const { cell, signer, issuer, receiptTtlMs, now = Date.now } = parts;
  const { eventId, tenant, purpose, purposeVersion, digest, categories } = candidate;
  const claims = receiptClaims({
    issuer,
    decision: answer.decision,
    event: eventId,
    tenant,
    purpose,
    purposeVersion,
    from: cell,
    profileVersion: answer.profileVersion,
    policyDigest: answer.policyDigest,
    payloadDigest: digest,
    highestSensitivity: candidate.highestSensitivity,
    categories,
    subjectJurisdiction: candidate.subjectJurisdiction,
    now: now(),
    lifetimeMs: receiptTtlMs,
  });
  return signer.sign(claims);
}

function decisionFact(
  { decision, profileVersion, policyDigest }: Answer,
  receipt: string,
  from: string,
): DecisionFact {
  const allowed = decision.outcome === 'allow' ? decision : undefined;
  return {
    outcome: decision.outcome,
    reasons: [...decision.reasons],
    transferBasis: decision.basis,
    fromJurisdiction: from,
    toJurisdiction: allowed?.jurisdiction ?? '',
    pool: allowed?.pool ?? '',
    profileVersion,
    policyDigest,
    receipt,
  };
}
