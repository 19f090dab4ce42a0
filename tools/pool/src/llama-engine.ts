import {
  type ChatHistoryItem,
  type ChatWrapper,
  getLlama,
  type Llama,
  type LlamaContext,
  type LlamaEmbeddingContext,
  LlamaGrammarEvaluationState,
  LlamaLogLevel,
  type LlamaModel,
  resolveChatWrapper,
  type Token,
} from 'node-llama-cpp';
import { ApiError } from './api-error.js';
import type { ChatRequest, Message } from './chat-request.js';
import { unit, type AnswerEvent, type Embedding, type Engine, type FinishReason } from './engine.js';
import { Grammars } from './grammar.js';
import type { Logger } from './log.js';

interface Loaded {
  readonly model: LlamaModel;
  readonly context: LlamaContext;
  readonly wrapper: ChatWrapper;
}

/**
 * llama.cpp on one thread: on cores that others share, its threads wait for each other actively, and an answer of
 * 18 ms took 35 s.
 */
const threads = 1;

/** More is memory for prompts that a case never has. */
const contextTokensAtMost = 4096;

/** Answers with GGUF models. */
export class LlamaEngine implements Engine {
  readonly #grammars: Grammars;
  /** Made when first needed: most models are never asked for a vector. */
  readonly #embedders = new Map<string, Promise<LlamaEmbeddingContext>>();

  private constructor(
    private readonly llama: Llama,
    private readonly loaded: ReadonlyMap<string, Loaded>,
  ) {
    this.#grammars = new Grammars(llama);
  }

  /** Loads every model; an answer costs no loading later. */
  static async load(
    files: ReadonlyMap<string, string>,
    sequences: number,
    log: Logger,
  ): Promise<LlamaEngine> {
    const llama = await getLlama({
      gpu: false,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      maxThreads: threads,
      logLevel: LlamaLogLevel.warn,
      // The text could quote a prompt; that something happened is enough.
      logger: (level) => log.warn({ event: 'llama', severity: level }),
    });
    const loaded = new Map<string, Loaded>();
    for (const [alias, file] of files) {
      const model = await llama.loadModel({ modelPath: file, useMmap: true });
      const contextSize = { max: Math.min(model.trainContextSize, contextTokensAtMost) };
      const context = await model.createContext({ sequences, contextSize, threads });
      loaded.set(alias, { model, context, wrapper: resolveChatWrapper(model) });
    }
    return new LlamaEngine(llama, loaded);
  }

  get models(): readonly string[] {
    return [...this.loaded.keys()];
  }

  async *answer(request: ChatRequest, signal: AbortSignal): AsyncIterable<AnswerEvent> {
    const { model, context, wrapper } = this.#loaded(request.model);
    const state = wrapper.generateContextState({ chatHistory: history(request.messages) });
    const prompt = state.contextText.tokenize(model.tokenizer);
    const sequence = context.getSequence();
    try {
      const room = sequence.contextSize - prompt.length;
      if (room < 1) throw tooLong(sequence.contextSize);
      const limit = Math.min(request.maxTokens ?? room, room);
      const grammar = request.schema && this.#grammars.of(request.schema);
      const tokens: Token[] = [];
      let text = '';
      let finishReason: FinishReason = 'length';
      const generated = sequence.evaluate(prompt, {
        temperature: request.temperature,
        ...(request.seed === undefined ? {} : { seed: request.seed }),
        ...(grammar && { grammarEvaluationState: new LlamaGrammarEvaluationState({ model, grammar }) }),
        yieldEogToken: true,
      });
      for await (const token of generated) {
        signal.throwIfAborted();
        if (model.isEogToken(token)) {
          finishReason = 'stop';
          break;
        }
        tokens.push(token);
        const whole = model.detokenize(tokens);
        // A character may be spread over tokens; until it is whole it reads as U+FFFD.
        if (!whole.endsWith('\uFFFD') && whole.length > text.length) {
          yield { kind: 'text', text: whole.slice(text.length) };
          text = whole;
        }
        // The grammar asks for blank lines after the value; the answer is complete without them.
        if (grammar && isObject(text)) {
          finishReason = 'stop';
          break;
        }
        if (tokens.length >= limit) break;
      }
      const usage = { promptTokens: prompt.length, completionTokens: tokens.length };
      yield { kind: 'end', finishReason, usage };
    } finally {
      // Frees the sequence with all it remembers, so that no prompt outlives its answer.
      await sequence.dispose();
    }
  }

  async embed(alias: string, text: string): Promise<Embedding> {
    const { model } = this.#loaded(alias);
    const most = Math.min(model.trainContextSize, contextTokensAtMost);
    let embedder = this.#embedders.get(alias);
    if (!embedder) {
      embedder = model.createEmbeddingContext({ contextSize: most, threads });
      this.#embedders.set(alias, embedder);
    }
    const tokens = model.tokenize(text);
    if (tokens.length >= most) throw tooLong(most);
    const { vector } = await (await embedder).getEmbeddingFor(tokens);
    return { vector: unit(vector), tokens: tokens.length };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.llama.dispose();
  }

  #loaded(alias: string): Loaded {
    const loaded = this.loaded.get(alias);
    if (!loaded) throw new Error('asked for a model that is not loaded');
    return loaded;
  }
}

function history(messages: readonly Message[]): ChatHistoryItem[] {
  const items = messages.map(({ role, content }): ChatHistoryItem => {
    switch (role) {
      case 'system':
        return { type: 'system', text: content };
      case 'user':
        return { type: 'user', text: content };
      case 'assistant':
        return { type: 'model', response: [content] };
    }
  });
  return [...items, { type: 'model', response: [] }];
}

function isObject(text: string): boolean {
  if (!text.endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function tooLong(contextSize: number): ApiError {
  const message = `The text does not fit the model's context of ${contextSize} tokens.`;
  return new ApiError(400, 'invalid_request_error', 'context_length_exceeded', message);
}
