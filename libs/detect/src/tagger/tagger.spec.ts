import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detect } from '../detect.js';
import { labelsOf, marginalsOf, passesOf, type Weights } from './chain.js';
import { LABELS, mayFollow } from './labels.js';
import { modelBytes, weightsOf } from './model.js';
import { TABLE_BITS } from './features.js';
import { trainTagger, type MarkedText } from './train.js';

const found = (text: string, entities?: readonly string[]): string[] =>
  detect(text, { level: 'thorough', ...(entities ? { entities } : {}) }).map(
    ({ start, end, entity }) => `${entity} ${text.slice(start, end)}`,
  );

/** Every sequence of labels that is allowed, with its score. */
function sequences(scores: Float64Array, { steps }: Weights): (readonly [readonly number[], number])[] {
  let all: (readonly [readonly number[], number])[] = [[[], 0]];
  for (let word = 0; word < scores.length / LABELS; word++)
    all = all.flatMap(([labels, score]) =>
      Array.from({ length: LABELS }, (_, label) => label)
        .filter((label) => mayFollow(label, labels.at(-1) ?? 0))
        .map((label): readonly [readonly number[], number] => [
          [...labels, label],
          score +
            (scores[word * LABELS + label] ?? 0) +
            (steps[(labels.at(-1) ?? LABELS) * LABELS + label] ?? 0),
        ]),
    );
  return all;
}

describe('the chain', () => {
  const value = fc.double({ min: -3, max: 3, noNaN: true });
  const chain = fc.tuple(
    fc.array(value, { minLength: 3 * LABELS, maxLength: 3 * LABELS }),
    fc.array(value, { minLength: (LABELS + 1) * LABELS, maxLength: (LABELS + 1) * LABELS }),
  );

  it('gives the sequence and the probabilities that counting all of them gives', () => {
    fc.assert(
      fc.property(chain, ([scored, stepped]) => {
        const scores = Float64Array.from(scored);
        const weights: Weights = { table: new Int8Array(), steps: Float32Array.from(stepped), unit: 1 };
        const all = sequences(scores, weights);
        const best = all.reduce((one, other) => (other[1] > one[1] ? other : one));
        const chosen = [...labelsOf(scores, weights)].join();
        // Two sequences may score the same but for rounding.
        expect(all.find(([labels]) => labels.join() === chosen)?.[1]).toBeCloseTo(best[1], 6);
        const sum = all.reduce((total, [, score]) => total + Math.exp(score), 0);
        const marginals = marginalsOf(passesOf(scores, weights));
        for (let at = 0; at < scores.length; at++) {
          const ways = all.filter(([labels]) => labels[Math.floor(at / LABELS)] === at % LABELS);
          const counted = ways.reduce((total, [, score]) => total + Math.exp(score), 0) / sum;
          expect(marginals[at]).toBeCloseTo(counted, 6);
        }
      }),
      { numRuns: 5 },
    );
  });

  it('of no words has no labels', () => {
    expect(
      labelsOf(new Float64Array(), { table: new Int8Array(), steps: new Float32Array(90), unit: 1 }),
    ).toHaveLength(0);
  });
});

describe('the model', () => {
  it('keeps its weights to a hundredth and cuts what is beyond', () => {
    const table = new Float32Array((1 << TABLE_BITS) * LABELS);
    table.set([0.5, -1.25, 9], 7);
    const steps = Float32Array.from({ length: (LABELS + 1) * LABELS }, (_, index) => index / 8);
    const read = weightsOf(modelBytes(table, steps));
    expect(read.steps).toEqual(steps);
    expect(Array.from(read.table.slice(7, 10), (value) => value * read.unit)).toEqual([
      expect.closeTo(0.5, 1),
      expect.closeTo(-1.25, 1),
      expect.closeTo(4, 1),
    ]);
  });

  it('is the same for the same texts and seed, whoever trains it', () => {
    const texts: readonly MarkedText[] = [
      { text: 'we met Zorvane today', marks: [{ start: 7, end: 14, kind: 'PERSON' }] },
      { text: 'we met nobody today', marks: [] },
    ];
    const train = (): Buffer => Buffer.from(trainTagger(texts, { rounds: 2, seed: 1 }));
    expect(train().equals(train())).toBe(true);
  });
});

describe('level thorough', () => {
  it.each([
    ['spoke to Brightpath Analytics about the renewal', 'ORGANIZATION Brightpath Analytics'],
    ['ask joanna if she can pick up the parcel', 'PERSON joanna'],
    ['habe mit sebastian gesprochen, er schickt die Unterlagen', 'PERSON sebastian'],
    ['Company: Northwind Robotics', 'ORGANIZATION Northwind Robotics'],
    ['Ort: Gelsenkirchen', 'GPE Gelsenkirchen'],
    ['Universidad de Salamanca', 'ORGANIZATION Universidad de Salamanca'],
  ])('finds in "%s" what the rules leave', (text, only) => {
    expect(found(text)).toEqual([only]);
  });

  it.each([
    'Please restart the printer and try again.',
    'In Progress',
    'Closed Won',
    'Die Lieferung kam beschädigt an, bitte um Ersatz.',
    'Purchase Order',
    'Frais de port',
  ])('leaves "%s" alone', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('finds no towns and firms where only people are asked for', () => {
    expect(found('Anna Keller of Brightpath Analytics lives in Leeds', ['PERSON'])).toEqual([
      'PERSON Anna Keller',
    ]);
  });

  it('covers what a rule is sure of: an address, a legal form', () => {
    expect(found('Castle Insurance plc wants a quote')).toEqual(['ORGANIZATION Castle Insurance plc']);
    expect(found('Hauptstraße 5, 10115 Berlin')).toEqual(['STREET_ADDRESS Hauptstraße 5, 10115 Berlin']);
  });

  it('gives spans inside any text, in order, without overlaps', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('Anna ', 'Leeds, ', 'Acme GmbH\n', 'Straße 5 '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let position = 0;
        for (const { start, end, score } of detect(text, { level: 'thorough' })) {
          expect(start).toBeGreaterThanOrEqual(position);
          expect(end).toBeGreaterThan(start);
          expect(score).toBeGreaterThan(0);
          expect(score).toBeLessThanOrEqual(1);
          position = end;
        }
        expect(position).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 200 },
    );
  });

  it('tells what a finding rests on', () => {
    expect(detect('spoke to Brightpath Analytics', { level: 'thorough' })[0]?.evidence).toEqual(['tagger']);
  });
});
