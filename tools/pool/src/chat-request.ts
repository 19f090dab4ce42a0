import { z } from 'zod';
import { ApiError } from './api-error.js';

const text = z.object({ type: z.literal('text'), text: z.string() }).transform((part) => part.text);
const content = z.union([z.string(), z.array(text).transform((parts) => parts.join(''))]);

/** A JSON schema, as far as it is looked at before a grammar is made of it. */
export type JsonSchema = { readonly [keyword: string]: unknown };

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

/** Fields that are not named here do not change an answer and are ignored, as OpenAI's clients expect. */
const chatRequest = z.object({
  model: z.string().min(1),
  messages: z.array(z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content })).min(1),
  /** 0, the default, always takes the likeliest token: triage should not depend on luck. */
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  seed: z.int().nullish(),
  response_format: responseFormat.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1).nullish(),
  tools: z.array(z.unknown()).max(0).nullish(),
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
  readonly stream: boolean;
  readonly streamUsage: boolean;
}

/** Parses a request body; the error names the field that is wrong and never repeats what it held. */
export function parseChatRequest(body: Buffer): ChatRequest {
  const parsed = chatRequest.safeParse(parseJson(body));
  if (!parsed.success) {
    const fields = new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'body'));
    throw invalid(`Missing, wrong or unsupported: ${[...fields].join(', ')}.`);
  }
  const request = parsed.data;
  const format = request.response_format;
  return {
    model: request.model,
    messages: request.messages.map(({ role, content: said }) => ({
      role: role === 'developer' ? 'system' : role,
      content: said,
    })),
    temperature: request.temperature ?? 0,
    maxTokens: request.max_completion_tokens ?? request.max_tokens ?? undefined,
    seed: request.seed ?? undefined,
    schema: format?.type === 'json_schema' ? format.json_schema.schema : undefined,
    stream: request.stream ?? false,
    streamUsage: request.stream_options?.include_usage ?? false,
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw invalid('The body is not JSON in UTF-8.');
  }
}

function invalid(message: string): ApiError {
  return new ApiError(400, 'invalid_request_error', 'invalid_request', message);
}
