import type { ClassifyResponse } from '@bailiwick/contracts';
import { JsonObject } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import type { PublishedRules, RulesQuestion } from '../rules/rules.js';
import { explainRecord } from './explain-record.js';

/** What an administrator asks about. */
export interface Question extends RulesQuestion {
  readonly fields: unknown;
}

/** Explains records for published purposes. It has neither custody nor a log, so it can keep nothing of them. */
export class Explainer {
  constructor(private readonly rules: Pick<PublishedRules, 'of'>) {}

  /** Throws what the rules throw, and `record-undecodable`. */
  explain({ fields, ...question }: Question): ClassifyResponse {
    const rules = this.rules.of(question);
    const record = JsonObject.safeParse(fields);
    if (!record.success)
      throw new BailiwickError('record-undecodable', 'the content is not a JSON object of fields');
    return explainRecord(record.data, rules);
  }
}
