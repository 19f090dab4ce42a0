import type { Finding, Recogniser } from '../recogniser.js';

/** RFC 5321 4.5.3.1: longest local part and longest domain. */
const LOCAL_MOST = 64;
const DOMAIN_MOST = 255;

const LOCAL = /[\p{L}\p{N}\p{M}.!#$%&'*+/=?^_`{|}~-]/u;
const DOMAIN = /[\p{L}\p{N}\p{M}.-]/u;
const WHOLE_DOMAIN = /^[\p{L}\p{N}\p{M}-]+(?:\.[\p{L}\p{N}\p{M}-]+)*\.(?:\p{L}{2,63}|xn--[a-z0-9-]{2,59})$/iu;

/** Every `@` is looked at with as many characters around it as an address can have. */
export const email: Recogniser = {
  name: 'email',
  entities: [{ name: 'EMAIL_ADDRESS' }],
  *find({ text }): Iterable<Finding> {
    for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
      let start = at;
      while (start > 0 && at - start < LOCAL_MOST && LOCAL.test(text[start - 1] ?? '')) start--;
      while (start < at && /['.]/.test(text[start] ?? '')) start++;
      let end = at + 1;
      while (end < text.length && end - at <= DOMAIN_MOST && DOMAIN.test(text[end] ?? '')) end++;
      while (end > at && /[.-]/.test(text[end - 1] ?? '')) end--;
      if (start < at && WHOLE_DOMAIN.test(text.slice(at + 1, end))) {
        yield { start, end, entity: 'EMAIL_ADDRESS', score: 1, evidence: ['pattern'] };
      }
    }
  },
};
