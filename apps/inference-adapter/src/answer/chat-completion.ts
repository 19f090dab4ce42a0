import { ChatAnswer, type ChatQuestion } from '@bailiwick/chat';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { parseJson, type ModelQuestion, type PoolCall, type Told } from './pool-call.js';

/** `POST /v1/chat/completions`. */
export const chatCall = ({ asked, ...question }: ModelQuestion<ChatQuestion>): PoolCall<ChatAnswer> => ({
  ...question,
  operation: 'chat',
  path: '/v1/chat/completions',
  asked,
  read: parseCompletion,
});

const Completion = z.object({
  choices: z.array(ChatAnswer).min(1),
  usage: z
    .object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
    .nullish(),
});

/** Reads a completion. Throws `output-invalid` when it is none. */
export function parseCompletion(body: string): Told<ChatAnswer> {
  const completion = Completion.safeParse(parseJson(body)).data;
  const answer = completion?.choices[0];
  if (!completion || !answer) throw new BailiwickError('output-invalid', 'the pool sent no completion');
  return {
    answer,
    inputTokens: completion.usage?.prompt_tokens ?? 0,
    outputTokens: completion.usage?.completion_tokens ?? 0,
  };
}
