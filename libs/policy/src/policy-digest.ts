import { createHash } from 'node:crypto';
import { RULES } from './rules.js';

/** Grows with every change of what a rule does, also when its sentence stays the same. */
const RULE_SET_VERSION = 1;

const digest = createHash('sha256')
  .update(JSON.stringify([RULE_SET_VERSION, RULES.map(({ id, sentence, source }) => [id, sentence, source])]))
  .digest('hex');

/** SHA-256, hexadecimal, of the rules in their order: names in every receipt by which rules it was decided. */
export const policyDigest = (): string => digest;
