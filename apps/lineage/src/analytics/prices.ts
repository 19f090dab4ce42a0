import { z } from 'zod';

/** What a million tokens of one model cost. */
const Price = z.strictObject({
  /** ISO 4217 code. */
  currency: z.string().regex(/^[A-Z]{3}$/),
  inputPerMillion: z.number().nonnegative(),
  outputPerMillion: z.number().nonnegative(),
});

/** Prices by model alias: the file that `BAILIWICK_PRICES_FILE` names. */
export const Prices = z.record(z.string(), Price);
export type Prices = z.infer<typeof Prices>;

const MILLION = 1_000_000;
/** Prices are given per million tokens, so a call costs fractions of a cent; more digits than these would be noise. */
const DIGITS = 9;

/** What a call cost, or null when the model has no price: a sum over outcomes must not take the unknown for nothing. */
export function costOf(
  prices: Prices,
  model: string,
  tokens: { readonly input: number; readonly output: number },
): { readonly amount: number; readonly currency: string } | null {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (!price) return null;
  const amount = (tokens.input * price.inputPerMillion + tokens.output * price.outputPerMillion) / MILLION;
  return { amount: Number(amount.toFixed(DIGITS)), currency: price.currency };
}
