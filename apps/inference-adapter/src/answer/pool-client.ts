import { SpanKind } from '@opentelemetry/api';
import { ATTRIBUTES, BailiwickError, activeTraceparent, inSpan } from '@bailiwick/platform';
import { Agent, request, type Dispatcher } from 'undici';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { ModelAnswer, PoolCall } from './pool-call.js';
import { poolIdentityCheck } from './pool-identity.js';
import { POOL_METRICS } from './pool-metrics.js';

/** Longest answer that is read, in bytes; a model that exceeds it is broken. */
const MOST_READ = 4 * 1024 * 1024;

/** Which pool is called, and as whom. */
export interface PoolClientOptions {
  readonly pool: string;
  readonly region: string;
  /** Base address of the pool's OpenAI-compatible interface, without `/v1`. */
  readonly url: string;
  /** PEM texts of the adapter's certificate, its key and the authority that the pool's certificate must come from. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Connections at most. */
  readonly concurrency: number;
  readonly breaker: CircuitBreaker;
}

/**
 * Asks one pool over its OpenAI-compatible interface, with both sides' certificates checked: a server at the pool's
 * address that is not the pool gets no byte. Failures are `pool-unavailable`, `pool-timeout`, `pool-refused` (too busy)
 * and, when the pool will never take the question, `output-invalid`.
 */
export class PoolClient {
  readonly #options: PoolClientOptions;
  readonly #agent: Agent;
  readonly #address: URL;

  constructor(options: PoolClientOptions) {
    this.#options = options;
    POOL_METRICS.concurrency.set({ pool: options.pool }, options.concurrency);
    this.#address = new URL(options.url);
    this.#agent = new Agent({
      connections: options.concurrency,
      allowH2: false,
      // The question's own limit is the only one, so undici's must not come before it.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        ...options.tls,
        timeout: 5000,
        checkServerIdentity: poolIdentityCheck(options.region, options.pool),
      },
    });
  }

  /** One question, one answer, one span by the GenAI conventions. Neither of them is on the span. */
  async ask<A>(call: PoolCall<A>, signal: AbortSignal): Promise<ModelAnswer<A>> {
    const { operation, model } = call;
    const attributes = {
      [ATTRIBUTES.genAiOperation]: operation,
      [ATTRIBUTES.genAiProvider]: 'openai-compatible',
      [ATTRIBUTES.genAiModel]: model,
      [ATTRIBUTES.serverAddress]: this.#address.hostname,
      [ATTRIBUTES.serverPort]: Number(this.#address.port || 443),
      [ATTRIBUTES.pool]: this.#options.pool,
    };
    return inSpan(`${operation} ${model}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      const answer = await this.#measured(() => this.#send(call, signal));
      span.setAttribute(ATTRIBUTES.genAiInputTokens, answer.inputTokens);
      span.setAttribute(ATTRIBUTES.genAiOutputTokens, answer.outputTokens);
      return answer;
    });
  }

  async #measured<T>(call: () => Promise<T>): Promise<T> {
    const { pool, breaker } = this.#options;
    const started = performance.now();
    let outcome = 'answer';
    POOL_METRICS.inFlight.inc({ pool });
    try {
      return await breaker.run(call);
    } catch (thrown) {
      outcome = BailiwickError.from(thrown).code;
      throw thrown;
    } finally {
      POOL_METRICS.inFlight.dec({ pool });
      POOL_METRICS.suspended.set({ pool }, breaker.open ? 1 : 0);
      POOL_METRICS.callSeconds.observe({ pool, outcome }, (performance.now() - started) / 1000);
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send<A>(
    { path, model, asked, timeoutMs, read }: PoolCall<A>,
    signal: AbortSignal,
  ): Promise<ModelAnswer<A>> {
    const limit = AbortSignal.timeout(timeoutMs);
    const started = performance.now();
    const traceparent = activeTraceparent();
    try {
      const response = await request(new URL(path, this.#address), {
        method: 'POST',
        dispatcher: this.#agent,
        signal: AbortSignal.any([signal, limit]),
        headers: { 'content-type': 'application/json', ...(traceparent === null ? {} : { traceparent }) },
        body: JSON.stringify({ model, ...asked }),
      });
      const body = await readBody(response);
      return { ...read(body), durationMs: performance.now() - started };
    } catch (cause) {
      if (cause instanceof BailiwickError) throw cause;
      if (signal.aborted) throw new BailiwickError('shutting-down', 'the lane moves away', { cause });
      if (limit.aborted)
        throw new BailiwickError('pool-timeout', "no answer within the purpose's limit", { cause });
      throw new BailiwickError('pool-unavailable', 'the pool cannot be reached', { cause });
    }
  }
}

/** The body of a successful response; any other is read to its end for the connection's sake and told by its status. */
async function readBody({ statusCode, body }: Dispatcher.ResponseData): Promise<string> {
  if (statusCode !== 200) {
    await body.dump({ limit: MOST_READ });
    throw refusal(statusCode);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_READ) throw new BailiwickError('output-invalid', 'the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(status: number): BailiwickError {
  if (status === 429 || status === 503)
    return new BailiwickError('pool-refused', `the pool is busy (HTTP ${status})`);
  if (status >= 500 || status === 408)
    return new BailiwickError('pool-unavailable', `the pool failed (HTTP ${status})`);
  return new BailiwickError('output-invalid', `the pool refuses the question (HTTP ${status})`);
}
