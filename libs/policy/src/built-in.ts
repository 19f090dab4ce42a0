import { readRuleBook, type RuleBook } from './rule-book.js';
import { assetOf } from './schema.js';

/** The texts of the built-in policies: they travel with this package, since what they promise is tested with it. */
export const BUILT_IN_TEXTS: readonly string[] = ['permits', 'gates', 'refusals'].map((name) =>
  assetOf(`${name}.cedar`),
);

const { book, problems } = readRuleBook(BUILT_IN_TEXTS);
if (problems.length > 0) throw new Error(`the built-in policies cannot be read: ${problems[0]?.message}`);

/** The policies that hold for every tenant. */
export const BUILT_IN: RuleBook = book;
