import {
  NoQuestion,
  embeddingQuestion,
  putTogether,
  type ChatQuestion,
  type EmbeddingQuestion,
} from '@bailiwick/chat';
import type { Json, JsonObject, Purpose } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';

/** A field's value as text: what the model reads, and what a rendering inserts. Absent and null are no text. */
export function fieldText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * What a model is asked of a record: the purpose's system text, a line `Label: value` for each of its fields that is there, and one
 * deterministic answer under the purpose's schema.
 */
export function promptOf({ prompt, model, output }: Purpose, fields: JsonObject): ChatQuestion {
  const present = prompt.lines.flatMap(({ label, field }) => {
    const text = Object.hasOwn(fields, field) ? fieldText(fields[field]) : undefined;
    return text === undefined ? [] : [`${label}: ${text}`];
  });
  return {
    messages: [
      { role: 'system', content: prompt.system },
      { role: 'user', content: present.join('\n') },
    ],
    temperature: 0,
    max_tokens: model.maxTokens,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'answer', strict: true, schema: output.schema },
    },
  };
}

/**
 * A caller's question as it is asked: after the purpose's system text, and for no longer an answer than the purpose allows. Throws
 * `record-undecodable` when the fields make no question.
 */
export function chatOf({ prompt, model }: Purpose, fields: JsonObject): ChatQuestion {
  const { max_tokens, max_completion_tokens, messages, ...question } = asked(() => putTogether(fields));
  return {
    ...question,
    messages: [{ role: 'system', content: prompt.system }, ...messages],
    max_tokens: Math.min(model.maxTokens, max_completion_tokens ?? max_tokens ?? model.maxTokens),
  };
}

/** The texts whose vectors a caller wants. Throws `record-undecodable` when the fields hold none. */
export const textsOf = (fields: JsonObject): EmbeddingQuestion => asked(() => embeddingQuestion(fields));

function asked<Q>(question: () => Q): Q {
  try {
    return question();
  } catch (thrown) {
    if (thrown instanceof NoQuestion) throw new BailiwickError('record-undecodable', thrown.message);
    throw thrown;
  }
}
