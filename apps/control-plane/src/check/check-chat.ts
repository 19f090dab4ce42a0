import { CALLER, isAwaited } from '@bailiwick/domain';
import type { PurposeTerms } from '../terms/thing.js';
import type { Complain } from './problem.js';

/** Field of a chat that says where its texts go: without it there is no question. */
const LAYOUT = 'Layout';
/** What an answer to a chat is made of. */
const ANSWER = ['message', 'finish_reason'];

/**
 * What is wrong with a purpose about chats, or with one that is not: answers go to who waits for them, and to nobody else, exactly where somebody
 * waits; the question is the caller's own, and its texts are kept or dropped field by field, or they would make no question any more.
 */
export function checkChat({ object, fields, prompt, writeback }: PurposeTerms, complain: Complain): void {
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
        ? 'a chat is asked as its caller wrote it: there are no lines'
        : 'the model is asked about no field',
    );
  if (!awaited) return;
  if (fields[LAYOUT]?.action !== 'keep')
    complain(`fields.${LAYOUT}`, 'must be kept: it says where the texts of a question go');
  for (const [field, { action }] of Object.entries(fields))
    if (field !== LAYOUT && action !== 'keep' && action !== 'drop')
      complain(`fields.${field}`, 'is a list of texts: keep it with `inText`, or drop it');
  for (const member of ANSWER)
    if (writeback.mapping[member] !== `output.${member}`)
      complain(`writeback.mapping.${member}`, `must be output.${member}: an answer to a chat is made of it`);
}
