import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from './detect.js';
import type { DetectOptions } from './detect.js';
import { names } from './names/names.js';
import { Reading } from './reading.js';
import type { Level, Recogniser, Scope } from './recogniser.js';
import { RECOGNISERS } from './recognisers.js';
import { applyToText, withoutOverlaps, type Span } from './span.js';

const OPTIONS: DetectOptions = {
  countries: ['DE', 'US', 'IT', 'CH'],
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
  '756.9217.0769.85',
  'https://example.com/u/zaphira',
  '00:1A:2B:3C:4D:5E',
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

/** What makes patterns go back and forth: beginnings without ends, joints without pieces, labels without values. */
const HOSTILE = [
  '12 34 ',
  'DE89 ',
  '1',
  '4 ',
  '123456789 ',
  '1-',
  '1.',
  '1/1/',
  'AB12 3 ',
  '1\u00A02\u00A0',
  '9'.repeat(30),
  '_1',
  'x1',
  '1x',
  'tax 123456789 ',
  'ssn ssn ',
  'n.i.f.',
  'tel 030 1234567 ',
  '+49 30 123456 ',
  '+1',
  '(0',
  '4111 1111 1111 1112 ',
  'マイナンバー',
  '@',
  `${'a'.repeat(64)}@`,
  'a.',
  'a-',
  'a:',
  '::1',
  'ab:',
  '12:',
  '0x',
  'http://',
  'https://a.b/(((',
  'www.',
  'xn--',
  'eyJ',
  'eyJa.eyJ',
  '-----BEGIN PRIVATE KEY-----',
  'SK0',
  '00D0',
  'Bearer ',
  'password is ',
  '"password: "',
  'bc1q',
  '1A1z',
  'COBADEFF',
  'born 1.1.1980 ',
  '1 jan ',
  'january 1 ',
  '2026-',
  '34 years ',
  '34 ',
  'Kennzeichen: A',
  'zaphira ',
  'Anna ',
  'Street 1, ',
  'a\u0308\u0301',
  '"',
  '(',
];

describe('a megabyte of hostile text', () => {
  const MEGABYTE = 1_000_000;
  /** Every form in a block of its own, all of them together so long. */
  const hostile = (length: number): string =>
    HOSTILE.map((unit) => unit.repeat(Math.ceil(length / HOSTILE.length / unit.length))).join('\n');
  const whole = hostile(MEGABYTE);
  const quarter = hostile(MEGABYTE / 4);
  const scope: Scope = { countries: null, level: 'standard', identities: [] };

  /** Seconds of this thread on a processor: what else the machine does must not count. */
  const secondsOf = ({ find }: Recogniser, text: string, level: Level): number => {
    const started = process.threadCpuUsage();
    for (const { start, end } of find(new Reading(text), { ...scope, level })) expect(end > start).toBe(true);
    return process.threadCpuUsage(started).user / 1e6;
  };

  it.each(RECOGNISERS.map((recogniser) => [recogniser.name, recogniser] as const))(
    'is read by %s in seconds, in time that grows with its length only',
    (_, recogniser) => {
      const short = secondsOf(recogniser, quarter, 'standard');
      const long = secondsOf(recogniser, whole, 'standard');
      expect(long).toBeLessThan(10);
      // Four times the text: sixteen times the time would be quadratic. Short times are mostly noise.
      if (long > 1) expect(long / short).toBeLessThan(10);
    },
    60_000,
  );

  it('is tagged in time that grows with its length only', { timeout: 60_000 }, () => {
    const short = secondsOf(names, hostile(MEGABYTE / 32), 'thorough');
    const long = secondsOf(names, hostile(MEGABYTE / 8), 'thorough');
    expect(long).toBeLessThan(5);
    if (long > 1) expect(long / short).toBeLessThan(10);
  });

  it('is read by detect as well', { timeout: 60_000 }, () => {
    const started = process.threadCpuUsage();
    expect(detect(whole, OPTIONS).length).toBeGreaterThan(0);
    expect(process.threadCpuUsage(started).user / 1e6).toBeLessThan(20);
  });
});
