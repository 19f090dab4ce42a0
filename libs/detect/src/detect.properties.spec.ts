import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from './detect.js';
import type { DetectOptions } from './detect.js';
import { applyToText, withoutOverlaps, type Span } from './span.js';

const OPTIONS: DetectOptions = {
  countries: ['DE', 'US', 'IT'],
  identities: [
    { entity: 'PERSON', value: 'Zaphira Quillfeather' },
    { entity: 'PERSON', value: 'Jörg Åström' },
  ],
};
const PERSONAL = [
  'zaphira.q@example.com',
  '+49 30 901820',
  '4111 1111 1111 1111',
  'DE89370400440532013000',
  '192.168.10.12',
  'RCCMNL83S18D969H',
  'Zaphira Quillfeather',
  'QUILLFEATHER',
  'Joerg',
];
const words = fc.constantFrom(
  'the',
  'invoice',
  'of',
  '4711',
  'and',
  'größer',
  '💡',
  '—',
  'a.m.',
  '(see',
  'note)',
  '\n',
  '\u0000',
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.array(fc.oneof(words, fc.constantFrom(...PERSONAL)), { maxLength: 30 }).map((parts) => parts.join(' ')),
  fc
    .array(fc.constantFrom('@', '.', '1', '4', ' ', '+', '-', ':', 'a', 'DE', '('), { maxLength: 80 })
    .map((parts) => parts.join('')),
);

describe('for any text, detect', { timeout: 60_000 }, () => {
  it('gives spans inside the text, in order, without overlaps, the same each time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const spans = detect(text, OPTIONS);
        let position = 0;
        for (const { start, end, score, entity } of spans) {
          expect(start).toBeGreaterThanOrEqual(position);
          expect(end).toBeGreaterThan(start);
          expect(score > 0 && score <= 1).toBe(true);
          expect(entity).toMatch(/^[A-Z][A-Z0-9_]*$/);
          position = end;
        }
        expect(position).toBeLessThanOrEqual(text.length);
        expect(detect(text, OPTIONS)).toEqual(spans);
      }),
      { numRuns: 500 },
    );
  });

  it('finds what is planted anywhere, and the replaced text holds none of it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(words, fc.constantFrom(...PERSONAL), words), { maxLength: 8 }),
        (parts) => {
          const text = parts.map(([before, value, after]) => `${before}, ${value}, ${after}`).join('; ');
          const replaced = applyToText(text, detect(text, OPTIONS), () => '⟦X⟧');
          for (const [, value] of parts) expect(replaced).not.toContain(value);
          expect(detect(replaced, OPTIONS)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('merging spans', () => {
  const span = fc.record({
    start: fc.nat(60),
    length: fc.integer({ min: 1, max: 20 }),
    entity: fc.constantFrom('A', 'B', 'C'),
    score: fc.constantFrom(0.5, 0.9, 1),
  });
  const spans = fc.array(
    span.map(({ start, length, entity, score }): Span => ({
      start,
      end: start + length,
      entity,
      score,
      recogniser: 'r',
      evidence: ['pattern'],
    })),
  );
  const covered = (list: readonly Span[]): Set<number> =>
    new Set(
      list.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, index) => start + index)),
    );

  it('covers exactly what was covered, without overlaps, whatever the order', () => {
    fc.assert(
      fc.property(spans, (list) => {
        const merged = withoutOverlaps(list);
        expect(covered(merged)).toEqual(covered(list));
        expect(merged.every((one, index) => one.start >= (merged[index - 1]?.end ?? 0))).toBe(true);
        expect(withoutOverlaps(list.toReversed())).toEqual(merged);
        expect(withoutOverlaps(merged)).toEqual(merged);
      }),
    );
  });
});

describe('a megabyte', () => {
  const MEGABYTE = 1_000_000;
  const filled = (unit: string): string => unit.repeat(Math.ceil(MEGABYTE / unit.length));
  it.each([
    ['groups of two digits', filled('12 34 ')],
    ['at signs after the longest local part', filled(`${'a'.repeat(64)}@`)],
    ['dots', `${filled('a.')}@`],
    ['hexadecimal and colons', filled('a:')],
    ['beginnings of IBANs', filled('DE89 ')],
    ['a name again and again', filled('zaphira ')],
    ['names and things', filled('Anna Rechnung ')],
    ['initials and particles', filled('J. van der ')],
    ['streets and postcodes', filled('12 Lord Street 10115 Berlin ')],
    ['combining marks', filled('a\u0308\u0301')],
  ])(
    'of %s is done in seconds, in time that grows with its length only',
    (_, text) => {
      // Time of this thread on a processor: what else the machine does must not count.
      const seconds = (given: string): number => {
        const started = process.threadCpuUsage();
        detect(given, OPTIONS);
        return process.threadCpuUsage(started).user / 1e6;
      };
      const quarter = seconds(text.slice(0, MEGABYTE / 4));
      const whole = seconds(text);
      expect(whole).toBeLessThan(20);
      // Four times the text: sixteen times the time would be quadratic. Short times are mostly noise.
      if (whole > 1) expect(whole / quarter).toBeLessThan(10);
    },
    60_000,
  );
});
