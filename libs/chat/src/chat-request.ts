import { z } from 'zod';
import { MOST_CHOICES } from './chat-answer.js';

/** Text, or a list of texts. Images, sound and files are refused: nothing here finds personal data in them. */
const Content = z.union([
  z.string(),
  z.array(z.strictObject({ type: z.literal('text'), text: z.string() })).min(1),
]);
const ToolCall = z.strictObject({
  id: z.string().min(1).max(200),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string().min(1).max(200), arguments: z.string() }),
});
const name = z.string().max(200).optional();

/** One message of a conversation. */
export const ChatMessage = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content: Content, name }),
  z.strictObject({ role: z.literal('developer'), content: Content, name }),
  z.strictObject({ role: z.literal('user'), content: Content, name }),
  z.strictObject({
    role: z.literal('assistant'),
    content: Content.nullish(),
    refusal: z.string().nullish(),
    tool_calls: z.array(ToolCall).min(1).optional(),
    name,
  }),
  z.strictObject({ role: z.literal('tool'), content: Content, tool_call_id: z.string().min(1).max(200) }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

const Tool = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().min(1).max(200),
    description: z.string().optional(),
    /** JSON Schema of the arguments. */
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

/** What of a question a model sees, beside its name: the part of a request that is classified. */
export const ChatQuestion = z.strictObject({
  messages: z.array(ChatMessage).min(1).max(2000),
  tools: z.array(Tool).min(1).max(128).optional(),
  tool_choice: z
    .union([
      z.enum(['none', 'auto', 'required']),
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({ name: z.string().min(1).max(200) }),
      }),
    ])
    .optional(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({ type: z.literal('json_object') }),
      z.strictObject({
        type: z.literal('json_schema'),
        json_schema: z.strictObject({
          name: z.string().min(1).max(200),
          description: z.string().optional(),
          schema: z.record(z.string(), z.unknown()).optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    ])
    .optional(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  /** How many answers are wanted. */
  n: z.int().min(1).max(MOST_CHOICES).nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high']).nullish(),
});
export type ChatQuestion = z.infer<typeof ChatQuestion>;

/**
 * Body of `POST /v1/chat/completions`, as far as a governed answer can keep it. A member that is not here is refused by name and never
 * ignored. https://platform.openai.com/docs/api-reference/chat/create
 */
export const ChatRequest = ChatQuestion.extend({
  /** Alias of a model that one of the client's purposes asks for. */
  model: z.string().min(1).max(200),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional() }).nullish(),
  /** Whom the conversation is about: the data subject, whose erasure erases it. The request itself when absent. */
  user: z.string().min(1).max(512).optional(),
  /** The newer name of `user`. */
  safety_identifier: z.string().min(1).max(512).optional(),
  /** Nothing is stored by a model's provider. */
  store: z.literal(false).nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

const NOT_ASKED = ['model', 'stream', 'stream_options', 'user', 'safety_identifier', 'store'] as const;

/** The question of a request. */
export function questionOf(request: ChatRequest): ChatQuestion {
  const kept = Object.entries(request).filter(
    ([member, value]) =>
      !(NOT_ASKED as readonly string[]).includes(member) && value !== null && value !== undefined,
  );
  return Object.fromEntries(kept) as ChatQuestion;
}
