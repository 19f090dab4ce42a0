import type { PoolStatement } from '@bailiwick/contracts';
import { BailiwickError } from '@bailiwick/platform';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { poolIdentityCheck } from '../answer/pool-identity.js';
import { acceleratorIds } from './accelerators.js';

/** Which pool is asked, and as whom. */
export interface PoolStatementsOptions {
  readonly pool: string;
  readonly region: string;
  /** Base address of the pool's OpenAI-compatible interface, without `/v1`. */
  readonly url: string;
  /** PEM texts of the adapter's certificate, its key and the authority that the pool's certificate must come from. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string };
  /** Path of `nvidia-smi`, where the pool's accelerators are this machine's. */
  readonly nvidiaSmi: string | undefined;
}

/** What a health page may say of accelerators; most say nothing. */
const Health = z.looseObject({ accelerators: z.array(z.string().min(1).max(100)).max(1024).optional() });
const Models = z.looseObject({ data: z.array(z.looseObject({ id: z.string().min(1) })).max(10_000) });

const LIMIT_MS = 3000;
const MOST_READ = 1024 * 1024;
/** How long what seldom changes is taken for known. */
const KNOWN_MS = 30_000;

/** Asks a pool how it is, on a connection of its own: those of the calls may all be taken. */
export class PoolStatements {
  readonly #options: PoolStatementsOptions;
  readonly #agent: Agent;
  /** Models and accelerators that nvidia-smi told, with when. */
  #known: {
    readonly at: number;
    readonly models: string[];
    readonly ids: readonly string[] | undefined;
  } | null = null;

  constructor(options: PoolStatementsOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connections: 1,
      allowH2: false,
      connect: {
        ...options.tls,
        timeout: LIMIT_MS,
        checkServerIdentity: poolIdentityCheck(options.region, options.pool),
      },
    });
  }

  /** What the pool says now; rejects with `pool-unavailable` when it does not answer, or proves to be another. */
  async ask(): Promise<PoolStatement> {
    const { status, body } = await this.#get('/health');
    if (status >= 500) throw new BailiwickError('pool-unavailable', `the pool is not well (HTTP ${status})`);
    const at = new Date();
    if (!this.#known || at.getTime() - this.#known.at > KNOWN_MS)
      this.#known = await this.#look(at.getTime());
    const told = Health.safeParse(body).data?.accelerators;
    const ids = this.#options.nvidiaSmi === undefined ? told : this.#known.ids;
    return { at, models: this.#known.models, accelerators: ids && { ids: [...ids] } };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #look(at: number) {
    const { nvidiaSmi } = this.#options;
    const models = Models.safeParse((await this.#get('/v1/models')).body);
    const ids = nvidiaSmi === undefined ? undefined : await acceleratorIds(nvidiaSmi);
    return { at, models: models.success ? models.data.data.map(({ id }) => id) : [], ids };
  }

  /** Status and JSON of a page; undefined where it is none. */
  async #get(path: string): Promise<{ readonly status: number; readonly body: unknown }> {
    try {
      const { statusCode, body } = await request(new URL(path, this.#options.url), {
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of body as AsyncIterable<Buffer>)
        if ((length += chunk.length) <= MOST_READ) chunks.push(chunk);
      return { status: statusCode, body: length > MOST_READ ? undefined : parse(Buffer.concat(chunks)) };
    } catch (cause) {
      throw new BailiwickError('pool-unavailable', 'the pool does not say how it is', { cause });
    }
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
