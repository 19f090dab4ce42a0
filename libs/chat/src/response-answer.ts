import type { ChatAnswer, ChatUsage, CompletionFrame } from './chat-answer.js';
import type { ResponseRequest } from './response-request.js';

/** What a response holds: a message, or a call of a function. */
export type ResponseItem =
  | {
      readonly type: 'message';
      readonly id: string;
      readonly role: 'assistant';
      readonly status: ItemStatus;
      readonly content: readonly ResponsePart[];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
      readonly status: ItemStatus;
    };

/** A text, or the refusal of a model to give one. */
export type ResponsePart =
  | { readonly type: 'output_text'; readonly text: string; readonly annotations: []; readonly logprobs: [] }
  | { readonly type: 'refusal'; readonly refusal: string };

type ItemStatus = 'completed' | 'incomplete';

const REASONS = { length: 'max_output_tokens', content_filter: 'content_filter' } as const;

/** What was said, part by part, as items of a response. */
export function itemsOf(
  { eventId }: CompletionFrame,
  { message, finish_reason }: ChatAnswer,
): readonly ResponseItem[] {
  const status: ItemStatus = finish_reason in REASONS ? 'incomplete' : 'completed';
  const content: ResponsePart[] = [
    ...(message.content
      ? [{ type: 'output_text' as const, text: message.content, annotations: [] as [], logprobs: [] as [] }]
      : []),
    ...(message.refusal ? [{ type: 'refusal' as const, refusal: message.refusal }] : []),
  ];
  const calls = (message.tool_calls ?? []).map(({ id, function: called }, index) => ({
    type: 'function_call' as const,
    id: `fc_${eventId}_${index}`,
    call_id: id,
    name: called.name,
    arguments: called.arguments,
    status,
  }));
  const said = content.length > 0 || calls.length === 0;
  return [
    ...(said
      ? [{ type: 'message' as const, id: `msg_${eventId}`, role: 'assistant' as const, status, content }]
      : []),
    ...calls,
  ];
}

const usageOf = ({ inputTokens, outputTokens }: ChatUsage) => ({
  input_tokens: inputTokens,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: outputTokens,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: inputTokens + outputTokens,
});

/** Members that a response has from its beginning. */
export const responseBegun = ({ eventId, createdAt, model }: CompletionFrame, request: ResponseRequest) => ({
  id: `resp_${eventId}`,
  object: 'response' as const,
  created_at: Math.floor(createdAt.getTime() / 1000),
  status: 'in_progress' as 'in_progress' | ItemStatus,
  error: null,
  incomplete_details: null as { readonly reason: string } | null,
  instructions: request.instructions ?? null,
  max_output_tokens: request.max_output_tokens ?? null,
  metadata: {},
  model,
  output: [] as readonly ResponseItem[],
  parallel_tool_calls: request.parallel_tool_calls ?? true,
  previous_response_id: null,
  store: false,
  temperature: request.temperature ?? null,
  text: { format: request.text?.format ?? { type: 'text' as const } },
  tool_choice: request.tool_choice ?? 'auto',
  tools: request.tools ?? [],
  top_p: request.top_p ?? null,
  truncation: 'disabled' as const,
  usage: null as ReturnType<typeof usageOf> | null,
});

/** The answer to `POST /v1/responses`. https://platform.openai.com/docs/api-reference/responses/object */
export function response(
  frame: CompletionFrame,
  answer: ChatAnswer,
  request: ResponseRequest,
): ReturnType<typeof responseBegun> {
  const reason =
    answer.finish_reason in REASONS ? REASONS[answer.finish_reason as keyof typeof REASONS] : null;
  return {
    ...responseBegun(frame, request),
    status: reason === null ? 'completed' : 'incomplete',
    incomplete_details: reason === null ? null : { reason },
    output: itemsOf(frame, answer),
    usage: usageOf(frame.usage),
  };
}
