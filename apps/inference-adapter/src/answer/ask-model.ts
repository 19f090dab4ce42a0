import type { JsonObject, Purpose } from '@bailiwick/domain';
import type { Usage } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';
import type { ModelAnswer, ModelQuestion } from './chat-completion.js';
import { parseOutput } from './output-schema.js';
import { promptOf } from './prompt.js';

/** Asks the pool once. */
export type Ask = (question: ModelQuestion, signal: AbortSignal) => Promise<ModelAnswer>;

/** Questions at most for one record. Engines that batch are not deterministic, so asking again may help. */
const ATTEMPTS = 3;

/** An answer that satisfies its purpose's schema, and what all attempts cost together. */
export interface ValidAnswer {
  readonly output: JsonObject;
  readonly usage: Usage;
}

/** Asks until the answer satisfies the schema. Throws `output-invalid` when none of the attempts does. */
export async function askModel(
  ask: Ask,
  purpose: Purpose,
  fields: JsonObject,
  signal: AbortSignal,
): Promise<ValidAnswer> {
  const question: ModelQuestion = {
    model: purpose.model.alias,
    messages: promptOf(purpose.prompt, fields),
    schema: purpose.output.schema,
    maxTokens: purpose.model.maxTokens,
    timeoutMs: purpose.model.timeoutMs,
  };
  const usage = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask(question, signal);
      usage.inputTokens += answer.inputTokens;
      usage.outputTokens += answer.outputTokens;
      usage.durationMs += answer.durationMs;
      return { output: parseOutput(purpose, answer.content), usage };
    } catch (thrown) {
      const invalid = thrown instanceof BailiwickError && thrown.code === 'output-invalid';
      if (!invalid || attempt >= ATTEMPTS) throw thrown;
    }
  }
}
