import type { GatewayReply } from '@bailiwick/contracts';
import { databaseError, type Logger, type Runnable } from '@bailiwick/platform';
import type pg from 'pg';
import { migrateIngest } from '../quota/ingest-schema.js';

/** Counts what was not counted yet, in one statement: an answer and its tokens, or neither. */
const COUNT = `WITH told AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::bigint[], $6::bigint[])
      AS told(event_id, tenant, purpose, day, input, output)
  ), fresh AS (
    INSERT INTO ingest.counted SELECT event_id, day FROM told ON CONFLICT DO NOTHING RETURNING event_id
  )
  INSERT INTO ingest.tokens
    SELECT tenant, purpose, day, sum(input), sum(output) FROM told JOIN fresh USING (event_id)
    GROUP BY tenant, purpose, day ORDER BY tenant, purpose, day
    ON CONFLICT (tenant, purpose, day)
    DO UPDATE SET input = tokens.input + EXCLUDED.input, output = tokens.output + EXCLUDED.output`;
const USED = 'SELECT tenant, purpose, input, output FROM ingest.tokens WHERE day = $1';

/** How often what was told is counted, in milliseconds: by so much a budget can be passed, beside what is being answered. */
const EVERY_MS = 500;
/** Answers that wait to be counted; beyond it the oldest are given up, which the log says. */
const MAX_TOLD = 50_000;

/** Tokens of questions and answers. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

interface Told extends Tokens {
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly day: string;
}

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/**
 * Counts the tokens of a cell by tenant, purpose and day (UTC), each answer once: every process of ingest hears of every answer, and the
 * first one counts it. What one heard before it crashed, another has heard too, or hears after the restart.
 */
export class TokenUsage implements Runnable {
  #told: Told[] = [];
  #used = new Map<string, Tokens>();
  #day = '';
  #timer: NodeJS.Timeout | null = null;
  #counting: Promise<void> = Promise.resolve();

  private constructor(
    private readonly database: pg.Pool,
    private readonly logger: Logger,
    private readonly now: () => Date,
  ) {}

  /** Brings the schema up to date. Throws `database-unavailable`. */
  static async open(database: pg.Pool, logger: Logger, now = (): Date => new Date()): Promise<TokenUsage> {
    await migrateIngest(database);
    return new TokenUsage(database, logger, now);
  }

  /** Notes an answer; what is no answer used no tokens that anybody told of. */
  take({ eventId, tenant, purpose, outcome }: GatewayReply): void {
    if (outcome?.$case !== 'answer') return;
    const { usage, finishedAt } = outcome.value;
    if (!usage) return;
    const day = dayOf(finishedAt ?? this.now());
    this.#told.push({ eventId, tenant, purpose, day, input: usage.inputTokens, output: usage.outputTokens });
    if (this.#told.length > MAX_TOLD) {
      this.#told.shift();
      this.logger.error('an answer is not counted: the database has been away for too long');
    }
  }

  /** What was counted today, of all processes. */
  today(tenant: string, purpose: string): Tokens {
    const used = this.#day === dayOf(this.now()) ? this.#used.get(keyOf(tenant, purpose)) : undefined;
    return used ?? { input: 0, output: 0 };
  }

  async start(): Promise<void> {
    await this.count();
    this.#timer = setInterval(() => {
      this.#counting = this.#counting
        .then(() => this.count())
        .catch((error: unknown) => this.logger.warn('tokens are not counted yet', { error }));
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#counting;
    await this.count().catch((error: unknown) => this.logger.warn('tokens are not counted', { error }));
  }

  /** Counts what was noted, and reads what all processes have counted. Throws `database-unavailable`; what was noted stays noted then. */
  async count(): Promise<void> {
    const told = this.#told;
    const day = dayOf(this.now());
    try {
      if (told.length > 0) {
        const column = <K extends keyof Told>(name: K): Told[K][] => told.map((one) => one[name]);
        await this.database.query(COUNT, [
          column('eventId'),
          column('tenant'),
          column('purpose'),
          column('day'),
          column('input'),
          column('output'),
        ]);
        this.#told = this.#told.slice(told.length);
      }
      if (told.length === 0 && this.#day === day) return;
      const { rows } = await this.database.query<Row>(USED, [day]);
      this.#used = new Map(
        rows.map(({ tenant, purpose, input, output }) => [
          keyOf(tenant, purpose),
          { input: Number(input), output: Number(output) },
        ]),
      );
      this.#day = day;
    } catch (thrown) {
      throw databaseError(thrown);
    }
  }
}

interface Row {
  readonly tenant: string;
  readonly purpose: string;
  readonly input: string;
  readonly output: string;
}

const keyOf = (tenant: string, purpose: string): string => JSON.stringify([tenant, purpose]);
