import type { Finding, Recogniser } from '../recogniser.js';
import { DATE_OR_TIME, isDay } from './date-form.js';

/** Dates and times of day. They say little about anybody by themselves, so only who asks for them gets them. */
export const dateTime: Recogniser = {
  name: 'date-time',
  entities: [{ name: 'DATE_TIME', personal: false }],
  *find({ text }): Iterable<Finding> {
    if (!/\d/.test(text)) return;
    for (const { index, 0: found } of text.matchAll(DATE_OR_TIME))
      if (isDay(found.split(/[T ,]/)[0] ?? ''))
        yield {
          start: index,
          end: index + found.length,
          entity: 'DATE_TIME',
          score: found.length < 6 ? 0.6 : 0.8,
          evidence: ['pattern'],
        };
  },
};
