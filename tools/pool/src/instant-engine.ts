import type { ChatRequest } from './chat-request.js';
import { unit, type AnswerEvent, type Embedding, type Engine } from './engine.js';
import type { JsonSchema } from './json-schema.js';

/** Length of the vectors of an engine without a model. */
const INSTANT_DIMENSIONS = 64;

/**
 * Answers at once, without a model: with the first value that a schema allows, or by saying the last message again. It measures all but the
 * model.
 */
export class InstantEngine implements Engine {
  constructor(readonly models: readonly string[]) {}

  async *answer(request: ChatRequest): AsyncIterable<AnswerEvent> {
    const last = request.messages.at(-1)?.content ?? '';
    const text = request.schema ? JSON.stringify(firstValue(request.schema)) : last;
    const asked = request.messages.reduce((sum, message) => sum + message.content.length, 0);
    yield { kind: 'text', text };
    // Four characters to a token is OpenAI's own rule of thumb; nothing was tokenised here.
    const usage = { promptTokens: Math.ceil(asked / 4), completionTokens: Math.ceil(text.length / 4) };
    yield { kind: 'end', finishReason: 'stop', usage };
  }

  /** Counts of characters, folded: the same for the same text, and alike for texts that are. */
  embed(_model: string, text: string): Promise<Embedding> {
    const counts = Array.from({ length: INSTANT_DIMENSIONS }, () => 0);
    for (const character of text) {
      const place = (character.codePointAt(0) ?? 0) % INSTANT_DIMENSIONS;
      counts[place] = (counts[place] ?? 0) + 1;
    }
    return Promise.resolve({ vector: unit(counts), tokens: Math.ceil(text.length / 4) });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The first enum value, or the smallest value of the type. */
export function firstValue(schema: JsonSchema): unknown {
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (Array.isArray(schema['oneOf'])) return firstValue(schema['oneOf'][0] as JsonSchema);
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'object': {
      const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
      return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, firstValue(inner)]));
    }
    case 'array':
      return [];
    case 'string':
      return '';
    case 'number':
    case 'integer':
      return 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}
