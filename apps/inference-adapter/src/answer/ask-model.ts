import type { JsonObject, Purpose } from '@bailiwick/domain';
import type { Usage } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';
import type { ModelAnswer, ModelQuestion } from './chat-completion.js';
import { checkOutput, parseOutput } from './output-schema.js';
import { chatOf, promptOf } from './prompt.js';

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
  const { alias: model, timeoutMs } = purpose.model;
  const question: ModelQuestion = { model, asked: promptOf(purpose, fields), timeoutMs };
  const usage = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask(question, signal);
      count(usage, answer);
      return { output: parseOutput(purpose, wholeText(answer)), usage };
    } catch (thrown) {
      const invalid = thrown instanceof BailiwickError && thrown.code === 'output-invalid';
      if (!invalid || attempt >= ATTEMPTS) throw thrown;
    }
  }
}

/** Asks a caller's own question, once: whoever waits asks again. The output is `{message, finish_reason}`. */
export async function askChat(
  ask: Ask,
  purpose: Purpose,
  fields: JsonObject,
  signal: AbortSignal,
): Promise<ValidAnswer> {
  const { alias: model, timeoutMs } = purpose.model;
  const usage = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  const answer = await ask({ model, asked: chatOf(purpose, fields), timeoutMs }, signal);
  count(usage, answer);
  return { output: checkOutput(purpose, answer.answer), usage };
}

function count(usage: Usage, answer: ModelAnswer): void {
  usage.inputTokens += answer.inputTokens;
  usage.outputTokens += answer.outputTokens;
  usage.durationMs += answer.durationMs;
}

function wholeText({ answer: { message, finish_reason: finish } }: ModelAnswer): string {
  if (finish === 'length')
    throw new BailiwickError('output-invalid', "the answer is longer than the purpose's limit");
  if (message.content === null) throw new BailiwickError('output-invalid', 'the answer holds no text');
  return message.content;
}
