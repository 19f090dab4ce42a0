import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import type { ChatMessage } from './prompt.js';

/** What a model is asked. */
export interface ModelQuestion {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** JSON schema that the answer must satisfy; an engine that can, decodes under it. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly maxTokens: number;
  readonly timeoutMs: number;
}

/** What a model answered, and what it cost. */
export interface ModelAnswer {
  /** Text of the answer: personal data may be in it. */
  readonly content: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly durationMs: number;
}

/** The body of `POST /v1/chat/completions`. */
export function chatRequest({ model, messages, schema, maxTokens }: ModelQuestion): object {
  return {
    model,
    messages,
    temperature: 0,
    max_tokens: maxTokens,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
  };
}

const Completion = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string() }), finish_reason: z.string().nullish() }))
    .min(1),
  usage: z
    .object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
    .nullish(),
});

/** Reads a completion. Throws `output-invalid` when it is none, or ends before its own end. */
export function parseCompletion(body: string): Omit<ModelAnswer, 'durationMs'> {
  const completion = Completion.safeParse(parseJson(body)).data;
  const choice = completion?.choices[0];
  if (!completion || !choice) throw new BailiwickError('output-invalid', 'the pool sent no completion');
  if (choice.finish_reason === 'length')
    throw new BailiwickError('output-invalid', "the answer is longer than the purpose's limit");
  return {
    content: choice.message.content,
    inputTokens: completion.usage?.prompt_tokens ?? 0,
    outputTokens: completion.usage?.completion_tokens ?? 0,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
