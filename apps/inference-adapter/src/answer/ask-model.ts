import type { ChatAnswer } from '@bailiwick/chat';
import { EMBEDDING_OBJECT, type JsonObject, type Purpose } from '@bailiwick/domain';
import type { Usage } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';
import { chatCall } from './chat-completion.js';
import { embeddingCall } from './embedding-list.js';
import { checkOutput, parseOutput } from './output-schema.js';
import type { Ask, ModelAnswer, PoolCall } from './pool-call.js';
import { chatOf, promptOf, textsOf } from './prompt.js';

/** Questions at most for one record. Engines that batch are not deterministic, so asking again may help. */
const ATTEMPTS = 3;

/** An answer that satisfies its purpose's schema, and what all attempts cost together. */
export interface ValidAnswer {
  readonly output: JsonObject;
  /** The texts of it, in which a leak can lie: a vector holds none. */
  readonly said: JsonObject;
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
  const call = chatCall({ model, asked: promptOf(purpose, fields), timeoutMs });
  const usage = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await ask(call, signal);
      count(usage, answer);
      const output = parseOutput(purpose, wholeText(answer));
      return { output, said: output, usage };
    } catch (thrown) {
      const invalid = thrown instanceof BailiwickError && thrown.code === 'output-invalid';
      if (!invalid || attempt >= ATTEMPTS) throw thrown;
    }
  }
}

/** Asks a caller's own question, once: whoever waits asks again. The output is what their interface tells: a message, or vectors. */
export async function askForCaller(
  ask: Ask,
  purpose: Purpose,
  fields: JsonObject,
  signal: AbortSignal,
): Promise<ValidAnswer> {
  const { alias: model, timeoutMs } = purpose.model;
  const usage = { inputTokens: 0, outputTokens: 0, durationMs: 0 };
  if (purpose.object === EMBEDDING_OBJECT) {
    const answer = await ask(embeddingCall({ model, asked: textsOf(fields), timeoutMs }), signal);
    count(usage, answer);
    return { output: checkOutput(purpose, answer.answer), said: {}, usage };
  }
  const { n, ...asked } = chatOf(purpose, fields);
  const answers = await askTimes(n ?? 1, ask, chatCall({ model, asked, timeoutMs }), signal);
  for (const answer of answers) count(usage, answer);
  const [first, ...alternatives] = answers.map(({ answer }) => answer);
  const output = checkOutput(purpose, { ...first, ...(alternatives.length > 0 && { alternatives }) });
  return { output, said: output, usage };
}

/** Asks the same so many times at once, which every engine understands. The failure of one ends the others. */
async function askTimes<A>(
  times: number,
  ask: Ask,
  call: PoolCall<A>,
  signal: AbortSignal,
): Promise<readonly ModelAnswer<A>[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    return await Promise.all(Array.from({ length: times }, () => ask(call, either)));
  } catch (thrown) {
    failed.abort(thrown);
    throw thrown;
  }
}

function count(usage: Usage, answer: ModelAnswer<unknown>): void {
  usage.inputTokens += answer.inputTokens;
  usage.outputTokens += answer.outputTokens;
  usage.durationMs += answer.durationMs;
}

function wholeText({ answer: { message, finish_reason: finish } }: ModelAnswer<ChatAnswer>): string {
  if (finish === 'length')
    throw new BailiwickError('output-invalid', "the answer is longer than the purpose's limit");
  if (message.content === null) throw new BailiwickError('output-invalid', 'the answer holds no text');
  return message.content;
}
