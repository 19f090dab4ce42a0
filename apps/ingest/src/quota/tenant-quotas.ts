import { setTimeout as sleep } from 'node:timers/promises';
import { BailiwickError } from '@bailiwick/platform';
import type { DailyQuota } from './daily-quota.js';
import { quotaOf, type QuotaFile } from './quota.js';
import { RateLimit } from './rate-limit.js';

/** Tenants whose rates are remembered; beyond it those that have used nothing are forgotten. */
const REMEMBERED = 10_000;

/** What every tenant may send, and what it has sent. */
export class TenantQuotas {
  readonly #rates = new Map<string, RateLimit>();

  constructor(
    private readonly quotas: QuotaFile,
    private readonly daily: Pick<DailyQuota, 'take'>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /**
   * Takes one record of a tenant. One that comes too early is refused with `too-many-requests` and the seconds after which to come
   * again, or, where `patient`, waited for: who reads a stream slows it down instead. Throws `quota-exhausted` when the day is used up.
   */
  async take(tenant: string, patient: boolean): Promise<void> {
    const rate = this.#rateOf(tenant);
    const now = this.now().getTime();
    const wait = patient ? rate.reserve(now) : rate.take(now);
    if (wait > 0 && !patient) throw tooMany(wait);
    if (wait > 0) await sleep(wait);
    const { recordsPerDay } = quotaOf(this.quotas, tenant);
    if (recordsPerDay === undefined || (await this.daily.take(tenant, recordsPerDay, this.now()))) return;
    throw usedUp(`the tenant may send ${recordsPerDay} records a day; it has`, this.now());
  }

  /** Refuses, as `take` does and before anything is read, what would come too early; takes nothing. */
  expect(tenant: string): void {
    const wait = this.#rateOf(tenant).wait(this.now().getTime());
    if (wait > 0) throw tooMany(wait);
  }

  #rateOf(tenant: string): RateLimit {
    const known = this.#rates.get(tenant);
    if (known) return known;
    if (this.#rates.size >= REMEMBERED) this.#forget();
    const { recordsPerSecond, burst } = quotaOf(this.quotas, tenant);
    const rate = new RateLimit(recordsPerSecond, burst);
    this.#rates.set(tenant, rate);
    return rate;
  }

  #forget(): void {
    const now = this.now().getTime();
    for (const [tenant, rate] of this.#rates) if (rate.isFull(now)) this.#rates.delete(tenant);
  }
}

/** What is counted by day begins again at midnight (UTC). */
export const usedUp = (detail: string, now: Date): BailiwickError => {
  const midnight = new Date(now);
  midnight.setUTCHours(24, 0, 0, 0);
  return new BailiwickError('quota-exhausted', detail, {
    extensions: { retryAfter: String(Math.ceil((midnight.getTime() - now.getTime()) / 1000)) },
  });
};

const tooMany = (waitMs: number): BailiwickError =>
  new BailiwickError('too-many-requests', 'the tenant sends more than its quota permits; come again later', {
    extensions: { retryAfter: String(Math.max(1, Math.ceil(waitMs / 1000))) },
  });
