import type { Decision } from '@bailiwick/domain';
import { BUILT_IN } from './built-in.js';
import { choose } from './choose.js';
import type { DecisionInput } from './decision-input.js';
import { judge } from './judge.js';
import type { RuleBook } from './rule-book.js';

/**
 * What happens to a record: total, deterministic, deny by default. Reads no clock and does no I/O. `book` is another
 * one only where a candidate is tried.
 */
export function decide(input: DecisionInput, book: RuleBook = BUILT_IN): Decision {
  return choose(judge(input, book), input);
}
