import { ApiError } from './api-error.js';
import type { ChatRequest } from './chat-request.js';

/** Tokens read and written, as OpenAI bills them. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Why an answer ended: by itself, because it reached its limit of tokens, or with a call. */
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** What an engine yields: pieces of the answer, then its end. */
export type AnswerEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'end'; readonly finishReason: FinishReason; readonly usage: Usage };

/** What an engine makes of a text. */
export interface Embedding {
  /** Of length one, so that a product of two says how alike their texts are. */
  readonly vector: readonly number[];
  readonly tokens: number;
}

/** What answers requests. At most as many answers run at once as the pool has sequences. */
export interface Engine extends AsyncDisposable {
  /** Aliases of the models it serves. */
  readonly models: readonly string[];
  /** Answers a request for one of its models, until the signal aborts. */
  answer(request: ChatRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
  /** Gives the vector of a text by one of its models. */
  embed(model: string, text: string): Promise<Embedding>;
}

/** Throws the refusal of a model that an engine does not serve. */
export function checkServed({ models }: Pick<Engine, 'models'>, model: string): void {
  if (!models.includes(model))
    throw new ApiError(
      404,
      'invalid_request_error',
      'model_not_found',
      'This pool does not serve that model.',
    );
}

/** A vector of the same direction and of length one. */
export function unit(vector: readonly number[]): readonly number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((number) => number / length);
}
