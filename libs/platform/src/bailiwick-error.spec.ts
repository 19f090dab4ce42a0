import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BailiwickError, describeCause } from './bailiwick-error.js';
import { ERROR_CODES, ERROR_TABLE, type ErrorCode } from './error-table.js';
import { toProblem } from './problem.js';

const CANARY = 'canary-7f3a@example.com';

describe('errors', () => {
  it.each(Object.keys(ERROR_CODES) as ErrorCode[])(
    '%s has a policy, and its problem carries code, status and detail',
    (code) => {
      const error = new BailiwickError(code, 'a sentence');
      expect(ERROR_TABLE[error.category]).toBe(error.policy);
      expect(toProblem(error)).toMatchObject({
        code,
        status: error.policy.http,
        detail: 'a sentence',
        type: `urn:bailiwick:problem:${code}`,
      });
    },
  );

  it('a problem never carries the cause, whose message may quote content', () => {
    const error = BailiwickError.from(new SyntaxError(`Unexpected token in ${CANARY}`));
    expect(error.category).toBe('internal');
    expect(JSON.stringify(toProblem(error))).not.toContain(CANARY);
  });

  it('a cause is described by class and code only', () => {
    const cause = Object.assign(new TypeError(CANARY, { cause: new RangeError(CANARY) }), { code: 'ERR_X' });
    expect(describeCause(cause)).toBe('TypeError(ERR_X) < RangeError');
    expect(inspect(describeCause({ toString: () => CANARY }))).not.toContain(CANARY);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'])(
    '%s means «not now», so nothing is dead-lettered for it',
    (code) => {
      expect(BailiwickError.from(Object.assign(new Error('x'), { code })).policy.runner).toBe('back-off');
    },
  );

  it('an extension cannot overwrite the members of RFC 9457', () => {
    const error = new BailiwickError('wrong-cell', 'elsewhere', {
      extensions: { status: '200', endpoint: 'https://us' },
    });
    expect(toProblem(error)).toMatchObject({ status: 421, endpoint: 'https://us' });
  });
});
