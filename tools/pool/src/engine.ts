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

/** What answers requests. At most as many answers run at once as the pool has sequences. */
export interface Engine extends AsyncDisposable {
  /** Aliases of the models it serves. */
  readonly models: readonly string[];
  /** Answers a request for one of its models, until the signal aborts. */
  answer(request: ChatRequest, signal: AbortSignal): AsyncIterable<AnswerEvent>;
}
