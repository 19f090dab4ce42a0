/** What a model is asked. */
export interface ModelQuestion<Q> {
  /** Alias of the model. */
  readonly model: string;
  readonly asked: Q;
  readonly timeoutMs: number;
}

/** What a pool told, and the tokens that it counted. */
export interface Told<A> {
  /** Personal data may be in it. */
  readonly answer: A;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What a model answered, and what it cost. */
export interface ModelAnswer<A> extends Told<A> {
  readonly durationMs: number;
}

/** A question in the form in which a pool takes it. */
export interface PoolCall<A> extends ModelQuestion<object> {
  /** Name of the operation by the GenAI conventions. */
  readonly operation: 'chat' | 'embeddings';
  readonly path: string;
  /** Reads the body of the response. Throws `output-invalid` when it is no answer. */
  readonly read: (body: string) => Told<A>;
}

/** Asks the pool once. */
export type Ask = <A>(call: PoolCall<A>, signal: AbortSignal) => Promise<ModelAnswer<A>>;

/** The value of a JSON text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
