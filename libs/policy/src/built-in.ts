import { readFileSync } from 'node:fs';
import { readRuleBook, type RuleBook } from './rule-book.js';

const read = (file: string): string => readFileSync(new URL(`../policies/${file}`, import.meta.url), 'utf8');

/** What policies may look at, as a Cedar schema. */
export const SCHEMA = read('schema.cedarschema');

/** The texts of the built-in policies: they travel with this package, since what they promise is tested with it. */
export const BUILT_IN_TEXTS: readonly string[] = ['permits', 'gates', 'refusals'].map((name) =>
  read(`${name}.cedar`),
);

const { book, problems } = readRuleBook(BUILT_IN_TEXTS);
if (problems.length > 0) throw new Error(`the built-in policies cannot be read: ${problems[0]?.message}`);

/** The policies that hold for every tenant. */
export const BUILT_IN: RuleBook = book;
