import { z } from 'zod';
import { callSchema, type CalledFunction } from './function-call.js';
import type { JsonSchema } from './json-schema.js';
import { invalid, parseRequest } from './parse-request.js';

const text = z.object({ type: z.literal('text'), text: z.string() }).transform((part) => part.text);
const content = z.union([z.string(), z.array(text).transform((parts) => parts.join(''))]);

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({
      name: z.string().min(1),
      schema: z.record(z.string(), z.unknown()),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const called = z.object({ function: z.object({ name: z.string().min(1), arguments: z.string() }) });

const message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer', 'user', 'tool']), content }),
  z.object({
    role: z.literal('assistant'),
    content: content.nullish(),
    tool_calls: z.array(called).nullish(),
  }),
]);

const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().min(1),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string().min(1) }) }),
]);

/** Fields that are not named here do not change an answer and are ignored, as OpenAI's clients expect. */
const chatRequest = z.object({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  /** 0, the default, always takes the likeliest token: triage should not depend on luck. */
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  seed: z.int().nullish(),
  response_format: responseFormat.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
});

/** One turn of a conversation. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A chat completion request, checked and without the wire's optional spellings. */
export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly temperature: number;
  readonly maxTokens: number | undefined;
  readonly seed: number | undefined;
  readonly schema: JsonSchema | undefined;
  /** Functions of which the answer is to be a call; none where the answer is text. */
  readonly functions: readonly CalledFunction[];
  readonly stream: boolean;
  readonly streamUsage: boolean;
}

/** Parses a request body; the error names the field that is wrong and never repeats what it held. */
export function parseChatRequest(body: Buffer): ChatRequest {
  const request = parseRequest(chatRequest, body);
  const format = request.response_format;
  const functions = mustCall(request);
  return {
    model: request.model,
    messages: request.messages.map(turnOf),
    temperature: request.temperature ?? 0,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    seed: request.seed ?? undefined,
    schema:
      functions.length > 0
        ? callSchema(functions)
        : format?.type === 'json_schema'
          ? format.json_schema.schema
          : undefined,
    functions,
    stream: request.stream ?? false,
    streamUsage: request.stream_options?.include_usage ?? false,
  };
}

/** The models here know of no tools: what they called is text of theirs, and what came back is text for them. */
function turnOf(turn: z.infer<typeof message>): Message {
  switch (turn.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: turn.content };
    case 'user':
    case 'tool':
      return { role: 'user', content: turn.content };
    case 'assistant':
      return {
        role: 'assistant',
        content: [turn.content ?? [], (turn.tool_calls ?? []).map((call) => JSON.stringify(call.function))]
          .flat()
          .join('\n'),
      };
  }
}

/** A call is written where one is demanded; where the model may choose, a model this small answers in text. */
function mustCall({ tools, tool_choice: choice }: z.infer<typeof chatRequest>): readonly CalledFunction[] {
  const known = (tools ?? []).map(({ function: { name, parameters } }) => ({
    name,
    parameters: parameters ?? { type: 'object', properties: {} },
  }));
  if (choice === 'required' && known.length > 0) return known;
  if (typeof choice === 'string' || !choice) return [];
  const named = known.filter(({ name }) => name === choice.function.name);
  if (named.length === 0) throw invalid('tool_choice names a function that is not among the tools.');
  return named;
}
