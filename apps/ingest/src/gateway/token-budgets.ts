import { quotaOf, type QuotaFile } from '../quota/quota.js';
import { usedUp } from '../quota/tenant-quotas.js';
import type { TokenUsage } from './token-usage.js';

/** Tokens of one purpose today (UTC). */
export interface Usage {
  readonly purpose: string;
  readonly input: number;
  readonly output: number;
  /** Null: any number. */
  readonly budget: number | null;
}

/** How many tokens each tenant's purposes may use in a day, and have used. */
export class TokenBudgets {
  constructor(
    private readonly quotas: QuotaFile,
    private readonly usage: Pick<TokenUsage, 'today'>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Refuses a question when its purpose has used its day up: `quota-exhausted`. What is being answered by then is answered. */
  expect(tenant: string, purpose: string): void {
    const { input, output, budget } = this.of(tenant, purpose);
    if (budget !== null && input + output >= budget)
      throw usedUp(`the purpose may use ${budget} tokens a day; it has`, this.now());
  }

  of(tenant: string, purpose: string): Usage {
    const { tokensPerDay = {} } = quotaOf(this.quotas, tenant);
    const budget = Object.hasOwn(tokensPerDay, purpose) ? (tokensPerDay[purpose] ?? null) : null;
    return { purpose, ...this.usage.today(tenant, purpose), budget };
  }
}
