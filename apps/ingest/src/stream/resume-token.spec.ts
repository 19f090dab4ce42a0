import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnsweredPrefix, readResumeToken, resumeToken } from './resume-token.js';

const client = { id: 'atlas-crm', tenant: 'atlas' };

describe('a resume token', () => {
  it('promise 4: never stands for a record that was not answered, and stands for all when all are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 30 }),
        fc.nat(),
        (sequences, seed) => {
          const prefix = new AnsweredPrefix(client);
          const waiting = sequences.map((sequence) => ({ sequence, answer: prefix.sent(sequence) }));
          const order = waiting.toSorted(
            (a, b) => Number((a.sequence ^ BigInt(seed)) - (b.sequence ^ BigInt(seed)) > 0n) || -1,
          );
          const answered = new Set<bigint>();
          for (const { sequence, answer } of order) {
            answer();
            answered.add(sequence);
            const { token } = prefix;
            const until = token === '' ? -1 : sequences.indexOf(readResumeToken(client, token));
            expect(sequences.slice(0, until + 1).every((one) => answered.has(one))).toBe(true);
            const next = sequences[until + 1];
            if (next !== undefined) expect(answered.has(next)).toBe(false);
          }
          expect(prefix.token).toBe(resumeToken(client, sequences.at(-1) ?? 0n));
        },
      ),
      { numRuns: 100 },
    );
  });

  it.each([
    ['text that is none', 'x'],
    ['a number alone', '7'],
    ["another client's", resumeToken({ ...client, id: 'other' }, 7n)],
    ["another tenant's", resumeToken({ ...client, tenant: 'harbor' }, 7n)],
  ])('is not %s', (_what, token) => {
    expect(() => readResumeToken(client, token)).toThrow(/event-invalid/);
  });
});
