import { ChatAnswer, type ChatQuestion } from '@bailiwick/chat';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';

/** What a model is asked. */
export interface ModelQuestion {
  /** Alias of the model. */
  readonly model: string;
  readonly asked: ChatQuestion;
  readonly timeoutMs: number;
}

/** What a model answered, and what it cost. */
export interface ModelAnswer {
  /** Personal data may be in it. */
  readonly answer: ChatAnswer;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly durationMs: number;
}

/** The body of `POST /v1/chat/completions`. */
export const chatRequest = ({ model, asked }: ModelQuestion): object => ({ model, ...asked });

const Completion = z.object({
  choices: z.array(ChatAnswer).min(1),
  usage: z
    .object({ prompt_tokens: z.int().nonnegative(), completion_tokens: z.int().nonnegative() })
    .nullish(),
});

/** Reads a completion. Throws `output-invalid` when it is none. */
export function parseCompletion(body: string): Omit<ModelAnswer, 'durationMs'> {
  const completion = Completion.safeParse(parseJson(body)).data;
  const answer = completion?.choices[0];
  if (!completion || !answer) throw new BailiwickError('output-invalid', 'the pool sent no completion');
  return {
    answer,
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
