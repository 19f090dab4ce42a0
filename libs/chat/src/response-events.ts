import type { ChatAnswer, CompletionFrame } from './chat-answer.js';
import { eventData } from './event-data.js';
import { pieces } from './pieces.js';
import { response, responseBegun, type ResponseItem, type ResponsePart } from './response-answer.js';
import type { ResponseRequest } from './response-request.js';

type Event = { readonly type: string; readonly [member: string]: unknown };

/**
 * The answer as the events of a stream, in order. https://platform.openai.com/docs/api-reference/responses-streaming
 */
export function* responseEvents(
  frame: CompletionFrame,
  answer: ChatAnswer,
  request: ResponseRequest,
): Generator<string> {
  let sequence_number = 0;
  for (const event of events(frame, answer, request))
    yield `event: ${event.type}\n${eventData({ ...event, sequence_number: sequence_number++ })}\n`;
}

function* events(frame: CompletionFrame, answer: ChatAnswer, request: ResponseRequest): Generator<Event> {
  const whole = response(frame, answer, request);
  const begun = responseBegun(frame, request);
  yield { type: 'response.created', response: begun };
  yield { type: 'response.in_progress', response: begun };
  for (const [output_index, item] of whole.output.entries()) {
    const at = { output_index, item_id: item.id };
    yield { type: 'response.output_item.added', output_index, item: begunItem(item) };
    if (item.type === 'function_call') yield* callEvents(at, item.arguments);
    else
      for (const [index, part] of item.content.entries())
        yield* partEvents({ ...at, content_index: index }, part);
    yield { type: 'response.output_item.done', output_index, item };
  }
  yield {
    type: whole.status === 'incomplete' ? 'response.incomplete' : 'response.completed',
    response: whole,
  };
}

const begunItem = (item: ResponseItem): object =>
  item.type === 'message'
    ? { ...item, status: 'in_progress', content: [] }
    : { ...item, status: 'in_progress', arguments: '' };

function* callEvents(at: object, written: string): Generator<Event> {
  for (const delta of pieces(written)) yield { type: 'response.function_call_arguments.delta', ...at, delta };
  yield { type: 'response.function_call_arguments.done', ...at, arguments: written };
}

function* partEvents(at: object, part: ResponsePart): Generator<Event> {
  if (part.type === 'refusal') {
    yield { type: 'response.content_part.added', ...at, part: { ...part, refusal: '' } };
    for (const delta of pieces(part.refusal)) yield { type: 'response.refusal.delta', ...at, delta };
    yield { type: 'response.refusal.done', ...at, refusal: part.refusal };
  } else {
    yield { type: 'response.content_part.added', ...at, part: { ...part, text: '' } };
    for (const delta of pieces(part.text))
      yield { type: 'response.output_text.delta', ...at, delta, logprobs: [] };
    yield { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] };
  }
  yield { type: 'response.content_part.done', ...at, part };
}
