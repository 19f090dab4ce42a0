import type { FinishReason, Usage } from './engine.js';
import type { FunctionCall } from './function-call.js';

interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** A call with the id by which its result is told. */
export interface NumberedCall {
  readonly id: string;
  readonly call: FunctionCall;
}

/** Writes the answers to one request in OpenAI's shapes, whole or in chunks. */
export class CompletionResponse {
  readonly #created = Math.floor(Date.now() / 1000);

  constructor(
    private readonly id: string,
    private readonly model: string,
  ) {}

  /** A `chat.completion`. */
  whole(
    content: string | null,
    finishReason: FinishReason,
    usage: Usage,
    calls: readonly NumberedCall[] = [],
  ): string {
    const tool_calls = calls.map(({ id, call }) => ({ id, type: 'function', function: call }));
    const message = { role: 'assistant', content, refusal: null, ...(calls.length > 0 && { tool_calls }) };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: finishReason }];
    return JSON.stringify({ ...this.#head('chat.completion'), choices, usage: wireUsage(usage) });
  }

  /** A `chat.completion.chunk` that adds to the message. */
  piece(delta: { readonly role?: 'assistant'; readonly content?: string }): string {
    return this.#chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
  }

  /** The chunk with all calls of functions. */
  calls(calls: readonly NumberedCall[]): string {
    const tool_calls = calls.map(({ id, call }, index) => ({ index, id, type: 'function', function: call }));
    return this.#chunk([
      {
        index: 0,
        delta: { role: 'assistant', content: null, tool_calls },
        logprobs: null,
        finish_reason: null,
      },
    ]);
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
