import { CALLER, CHAT_OBJECT, EMBEDDING_OBJECT, isAwaited } from '@bailiwick/domain';
import type { PurposeTerms } from '../terms/thing.js';
import type { Complain } from './problem.js';

/** What a question of each kind cannot do without: the field that makes it one, and what its answer is made of; and what it may have. */
interface Kind {
  readonly field: string;
  readonly answer: readonly string[];
  readonly optional: readonly string[];
}
const KINDS: Readonly<Record<string, Kind>> = {
  [CHAT_OBJECT]: { field: 'Layout', answer: ['message', 'finish_reason'], optional: ['alternatives'] },
  [EMBEDDING_OBJECT]: { field: 'Input', answer: ['embeddings'], optional: [] },
};

/**
 * What is wrong with a purpose whose answers a caller gets, or with one that is not: answers go to who waits for them, and to nobody else, exactly where somebody
 * waits; the question is the caller's own, and its texts are kept or dropped field by field, or they would make no question any more.
 */
export function checkAwaited({ object, fields, prompt, writeback }: PurposeTerms, complain: Complain): void {
  const awaited = isAwaited(object);
  if (awaited !== (writeback.target === CALLER))
    complain(
      'writeback.target',
      awaited ? `answers to a ${object} go to \`${CALLER}\`` : `nobody waits for the answer to a ${object}`,
    );
  if (awaited !== (prompt.lines.length === 0))
    complain(
      'prompt.lines',
      awaited
        ? 'a question is asked as its caller wrote it: there are no lines'
        : 'the model is asked about no field',
    );
  const kind = KINDS[object];
  if (!kind) return;
  if (fields[kind.field]?.action !== 'keep')
    complain(`fields.${kind.field}`, 'must be kept: without it there is no question');
  for (const [field, { action }] of Object.entries(fields))
    if (field !== kind.field && action !== 'keep' && action !== 'drop')
      complain(
        `fields.${field}`,
        'is a part of a question: keep it, with `inText` where it is text, or drop it',
      );
  const mapped = kind.optional.filter((member) => writeback.mapping[member] !== undefined);
  for (const member of [...kind.answer, ...mapped])
    if (writeback.mapping[member] !== `output.${member}`)
      complain(
        `writeback.mapping.${member}`,
        `must be output.${member}: an answer to a ${object} is made of it`,
      );
}
