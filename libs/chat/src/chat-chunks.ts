import { frameMembers, usageMember, type ChatAnswer, type CompletionFrame } from './chat-answer.js';
import { eventData } from './event-data.js';
import { pieces } from './pieces.js';

/**
 * The answer as the events of a stream, in order, the closing `[DONE]` included.
 * https://platform.openai.com/docs/api-reference/chat-streaming/streaming
 */
export function* chunks(
  frame: CompletionFrame,
  { message, finish_reason }: ChatAnswer,
  withUsage: boolean,
): Generator<string> {
  const members = { ...frameMembers(frame), object: 'chat.completion.chunk' as const };
  const event = (delta: object, finish: string | null = null): string =>
    data({
      ...members,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(withUsage && { usage: null }),
    });
  yield event({ role: 'assistant', content: message.content === null ? null : '' });
  for (const part of pieces(message.content ?? '')) yield event({ content: part });
  if (message.refusal) yield event({ refusal: message.refusal });
  for (const [index, { id, type, function: called }] of (message.tool_calls ?? []).entries()) {
    yield event({ tool_calls: [{ index, id, type, function: { name: called.name, arguments: '' } }] });
    for (const part of pieces(called.arguments))
      yield event({ tool_calls: [{ index, function: { arguments: part } }] });
  }
  yield event({}, finish_reason);
  if (withUsage) yield data({ ...members, choices: [], usage: usageMember(frame.usage) });
  yield 'data: [DONE]\n\n';
}

const data = (value: object): string => `${eventData(value)}\n`;
