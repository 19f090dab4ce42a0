import { z } from 'zod';
import { ChatQuestion, type ChatMessage, type ChatRequest } from './chat-request.js';

const part = (type: 'input_text' | 'output_text') =>
  z
    .object({ type: z.literal(type), text: z.string() })
    .transform(({ text }) => ({ type: 'text' as const, text }));
const Content = z.union([z.string(), z.array(z.union([part('input_text'), part('output_text')])).min(1)]);
const id = z.string().min(1).max(200);

/** One thing that was said, called or came back. */
const Item = z.union([
  z.strictObject({
    type: z.literal('message').optional(),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    content: Content,
    id: z.string().optional(),
    status: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('function_call'),
    call_id: id,
    name: id,
    arguments: z.string(),
    id: z.string().optional(),
    status: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('function_call_output'),
    call_id: id,
    output: z.string(),
    id: z.string().optional(),
    status: z.string().optional(),
  }),
]);

const Tool = z.strictObject({
  type: z.literal('function'),
  name: id,
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
});

const Format = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    name: id,
    description: z.string().optional(),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
]);

/**
 * Body of `POST /v1/responses`, as far as a governed answer can keep it. Nothing is stored, so nothing can be gone on with: a client sends what was
 * said before. https://platform.openai.com/docs/api-reference/responses/create
 */
export const ResponseRequest = z.strictObject({
  model: id,
  input: z.union([z.string(), z.array(Item).min(1).max(2000)]),
  instructions: z.string().nullish(),
  tools: z.array(Tool).min(1).max(128).optional(),
  tool_choice: z
    .union([z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), name: id })])
    .optional(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z.strictObject({ format: Format.optional() }).optional(),
  temperature: ChatQuestion.shape.temperature,
  top_p: ChatQuestion.shape.top_p,
  max_output_tokens: z.int().positive().nullish(),
  stream: z.boolean().nullish(),
  user: z.string().min(1).max(512).optional(),
  safety_identifier: z.string().min(1).max(512).optional(),
  store: z.literal(false).nullish(),
});
export type ResponseRequest = z.infer<typeof ResponseRequest>;

/** The same question as a chat. */
export function chatOfResponse(request: ResponseRequest): ChatRequest {
  const { input, instructions, tools, tool_choice, text, max_output_tokens, parallel_tool_calls, ...same } =
    request;
  const items = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  return {
    ...same,
    messages: [
      ...(instructions ? [{ role: 'developer' as const, content: instructions }] : []),
      ...items.flatMap(messageOf),
    ],
    ...(tools && { tools: tools.map(({ type, ...called }) => ({ type, function: present(called) })) }),
    ...(tool_choice !== undefined && {
      tool_choice:
        typeof tool_choice === 'string'
          ? tool_choice
          : { type: tool_choice.type, function: { name: tool_choice.name } },
    }),
    ...(text?.format && { response_format: formatOf(text.format) }),
    ...(typeof parallel_tool_calls === 'boolean' && { parallel_tool_calls }),
    ...(max_output_tokens && { max_completion_tokens: max_output_tokens }),
  };
}

function messageOf(item: z.infer<typeof Item>): ChatMessage {
  if (item.type === 'function_call_output')
    return { role: 'tool', tool_call_id: item.call_id, content: item.output };
  if (item.type === 'function_call') {
    const { call_id, name, arguments: given } = item;
    return {
      role: 'assistant',
      tool_calls: [{ id: call_id, type: 'function', function: { name, arguments: given } }],
    };
  }
  return { role: item.role, content: item.content };
}

function formatOf(format: z.infer<typeof Format>): NonNullable<ChatQuestion['response_format']> {
  if (format.type !== 'json_schema') return format;
  const { type, ...schema } = format;
  return { type, json_schema: schema };
}

/** Without the members that are null, which chats leave out. */
const present = ({ name, description, parameters, strict }: Omit<z.infer<typeof Tool>, 'type'>) => ({
  name,
  ...(typeof description === 'string' && { description }),
  ...(parameters && { parameters }),
  ...(typeof strict === 'boolean' && { strict }),
});
