import {
  choicesOf,
  frameMembers,
  usageMember,
  type ChatAnswer,
  type ChatChoice,
  type CompletionFrame,
} from './chat-answer.js';
import { eventData } from './event-data.js';
import { pieces } from './pieces.js';

/**
 * The answer as the events of a stream, in order, the closing `[DONE]` included.
 * https://platform.openai.com/docs/api-reference/chat-streaming/streaming
 */
export function* chunks(frame: CompletionFrame, answer: ChatAnswer, withUsage: boolean): Generator<string> {
  const members = { ...frameMembers(frame), object: 'chat.completion.chunk' as const };
  for (const [index, choice] of choicesOf(answer).entries())
    for (const [delta, finish_reason] of deltas(choice))
      yield data({
        ...members,
        choices: [{ index, delta, logprobs: null, finish_reason }],
        ...(withUsage && { usage: null }),
      });
  if (withUsage) yield data({ ...members, choices: [], usage: usageMember(frame.usage) });
  yield 'data: [DONE]\n\n';
}

/** What an answer adds piece by piece, and with the last piece why it ended. */
function* deltas({ message, finish_reason }: ChatChoice): Generator<readonly [object, string | null]> {
  yield [{ role: 'assistant', content: message.content === null ? null : '' }, null];
  for (const part of pieces(message.content ?? '')) yield [{ content: part }, null];
  if (message.refusal) yield [{ refusal: message.refusal }, null];
  for (const [index, { id, type, function: called }] of (message.tool_calls ?? []).entries()) {
    yield [{ tool_calls: [{ index, id, type, function: { name: called.name, arguments: '' } }] }, null];
    for (const part of pieces(called.arguments))
      yield [{ tool_calls: [{ index, function: { arguments: part } }] }, null];
  }
  yield [{}, finish_reason];
}

const data = (value: object): string => `${eventData(value)}\n`;
