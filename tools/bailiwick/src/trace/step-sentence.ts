import { DECISION_REASONS } from '@bailiwick/domain';
import type { Field, Step } from '../lineage/history.js';

const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`;

/** How many fields met which action, in the order in which the actions appear. */
function actionsOf(fields: readonly Field[]): string {
  const actions = new Map<string, number>();
  for (const { action } of fields) actions.set(action, (actions.get(action) ?? 0) + 1);
  return [...actions].map(([action, many]) => `${action} ${many}`).join(', ');
}

function decisionSentence({
  outcome,
  pool,
  toJurisdiction,
  transferBasis,
  profileVersion,
}: NonNullable<Step['decision']>): string {
  const profile = profileVersion > 0 ? `, residency profile version ${profileVersion}` : '';
  return outcome === 'allow'
    ? `allowed to pool ${pool} in ${toJurisdiction}, transfer basis ${transferBasis}${profile}`
    : `${outcome === 'deny' ? 'denied' : 'held'}${profile}`;
}

/** What happened in one step, in words. */
export function stepSentence({ kind, reason, fields, decision, model, write }: Step): string {
  const because = reason === null ? '' : `: ${reason}`;
  switch (kind) {
    case 'received':
      return 'received and sealed to its data subject';
    case 'duplicate':
      return `the same again, dropped${because}`;
    case 'classified':
      return `${count(fields.length, 'field')} labelled and minimised: ${actionsOf(fields)}`;
    case 'answered':
      return model
        ? `answered by ${model.model} on ${model.pool} in ${Math.round(model.durationMs)} ms, ${model.inputTokens} + ${model.outputTokens} tokens`
        : 'answered';
    case 'written-back':
      return write
        ? `wrote ${write.fields.join(', ')} to ${write.object} of ${write.target}, ${count(write.restored, 'pseudonym')} restored${write.lease === '' ? '' : `, with ${write.lease}`}`
        : 'written back';
    case 'relayed':
      return `relayed${reason === null ? '' : ` ${reason}`}`;
    case 'returned':
      return `sent back for a new decision${because}`;
    default:
      return decision ? decisionSentence(decision) : `${kind}${because}`;
  }
}

/** The reasons of a step's decision in sentences, the deciding one first. */
export const reasonSentences = ({ decision }: Step): readonly string[] =>
  (decision?.reasons ?? []).map((reason) => {
    const sentence = Object.entries(DECISION_REASONS).find(([known]) => known === reason)?.[1];
    return sentence === undefined ? reason : `${reason}: ${sentence}`;
  });
