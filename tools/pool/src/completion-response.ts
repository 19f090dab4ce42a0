import type { FinishReason, Usage } from './engine.js';

interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** Writes the answers to one request in OpenAI's shapes, whole or in chunks. */
export class CompletionResponse {
  readonly #created = Math.floor(Date.now() / 1000);

  constructor(
    private readonly id: string,
    private readonly model: string,
  ) {}

  /** A `chat.completion`. */
  whole(content: string, finishReason: FinishReason, usage: Usage): string {
    const message = { role: 'assistant', content, refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: finishReason }];
    return JSON.stringify({ ...this.#head('chat.completion'), choices, usage: wireUsage(usage) });
  }

  /** A `chat.completion.chunk` that adds to the message. */
  piece(delta: { readonly role?: 'assistant'; readonly content?: string }): string {
    return this.#chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
  }

  /** The chunk that ends the message. */
  end(finishReason: FinishReason): string {
    return this.#chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: finishReason }]);
  }

  /** The chunk after the last, for clients that set `stream_options.include_usage`. */
  usage(usage: Usage): string {
    return this.#chunk([], wireUsage(usage));
  }

  #chunk(choices: readonly unknown[], usage?: WireUsage): string {
    return JSON.stringify({ ...this.#head('chat.completion.chunk'), choices, ...(usage && { usage }) });
  }

  #head(object: string): { id: string; object: string; created: number; model: string } {
    return { id: this.id, object, created: this.#created, model: this.model };
  }
}

function wireUsage({ promptTokens, completionTokens }: Usage): WireUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
