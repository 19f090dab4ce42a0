import { namesFound } from '../names/names.js';
import { knownWords } from '../names/known-words.js';
import { Reading } from '../reading.js';
import { labelsOf, marginalsOf, passesOf, scoresOf, type Weights } from './chain.js';
import { FEATURES, featuresOf, GROUP_OF, GROUPS, TABLE_BITS, type Features } from './features.js';
import { beginOf, KINDS, LABELS, type Kind } from './labels.js';
import { modelBytes } from './model.js';

/** A text whose names are marked: positions as in a `Span`, in order, without overlaps. */
export interface MarkedText {
  readonly text: string;
  readonly marks: readonly { readonly start: number; readonly end: number; readonly kind: Kind }[];
}

interface Example {
  readonly features: Features;
  readonly labels: Uint8Array;
}

/** How training goes; all of it is decided by the seed. */
export interface Training {
  readonly rounds: number;
  readonly seed: number;
  readonly say?: (line: string) => void;
}

const RATE = 0.25;
const DECAY = 1e-6;
/** Share of texts in which one group of features is left out. */
const LEFT_OUT = 0.6;
/** Share of all features of all words that are left out by chance. */
const SEEN_NOT = 0.2;

/**
 * Trains the tagger on texts and gives the file for `data/tagger.bin`: likelihood of a linear-chain conditional random
 * field, climbed text by text with a step for each weight by what it has moved so far (AdaGrad).
 */
export function trainTagger(texts: readonly MarkedText[], { rounds, seed, say }: Training): Uint8Array {
  const examples = texts.map(exampleOf).filter(({ labels }) => labels.length > 0);
  const size = (1 << TABLE_BITS) * LABELS;
  const weights: Weights = {
    table: new Float32Array(size),
    steps: new Float32Array((LABELS + 1) * LABELS),
    unit: 1,
  };
  const moved = new Float32Array(size);
  const stepsMoved = new Float32Array(weights.steps.length);
  const sum = new Float32Array(size);
  const stepSum = new Float32Array(weights.steps.length);
  const random = randomOf(seed);
  const order = examples.map((_, index) => index);
  for (let round = 0; round < rounds; round++) {
    shuffle(order, random);
    for (const index of order) {
      const example = examples[index];
      if (!example) continue;
      const out = random() < LEFT_OUT ? GROUPS[1 + Math.floor(random() * (GROUPS.length - 1))] : undefined;
      const isOut = (feature: number): boolean =>
        (out !== undefined && GROUP_OF[feature] === out) || random() < SEEN_NOT;
      climb(example, weights, moved, stepsMoved, isOut);
    }
    // The mean of the later rounds is steadier than the last.
    if (round >= rounds / 2) {
      for (let at = 0; at < size; at++) sum[at] = (sum[at] ?? 0) + (weights.table[at] ?? 0);
      for (let at = 0; at < stepSum.length; at++) stepSum[at] = (stepSum[at] ?? 0) + (weights.steps[at] ?? 0);
    }
    say?.(
      `round ${round + 1}: ${(
        100 *
        errorsOf(
          examples.filter((_, index) => index % 20 === 0),
          weights,
        )
      ).toFixed(2)} % of the words wrong`,
    );
  }
  const counted = rounds - Math.ceil(rounds / 2);
  return modelBytes(
    sum.map((value) => value / counted),
    stepSum.map((value) => value / counted),
  );
}

function exampleOf({ text, marks }: MarkedText): Example {
  const reading = new Reading(text);
  const known = knownWords(reading);
  const labels = new Uint8Array(reading.words.length);
  for (const { start, end, kind } of marks) {
    const begin = beginOf(KINDS.indexOf(kind));
    const first = reading.wordAt(start);
    for (let at = first; (reading.words[at]?.end ?? Number.POSITIVE_INFINITY) <= end; at++)
      labels[at] = at === first ? begin : begin + 1;
  }
  return { features: featuresOf(reading, known, namesFound(reading, known)), labels };
}

/** One step uphill on one text. */
function climb(
  { features, labels }: Example,
  weights: Weights,
  moved: Float32Array,
  stepsMoved: Float32Array,
  isOut: (feature: number) => boolean,
): void {
  const { table, steps } = weights;
  const used: Features = { ...features, places: features.places.slice() };
  for (let feature = 0; feature < FEATURES; feature++)
    // Place 0 stands for nothing: its weights stay zero.
    if (isOut(feature))
      for (let word = 0; word < used.words; word++) used.places[word * FEATURES + feature] = 0;
  const passes = passesOf(scoresOf(used, weights), weights);
  const marginals = marginalsOf(passes);
  const move = (at: number, gradient: number, into: Float32Array | Int8Array, by: Float32Array): void => {
    const g = gradient - DECAY * (into[at] ?? 0);
    by[at] = (by[at] ?? 0) + g * g;
    into[at] = (into[at] ?? 0) + (RATE * g) / Math.sqrt((by[at] ?? 0) + 1e-3);
  };
  for (let word = 0; word < labels.length; word++)
    for (let label = 0; label < LABELS; label++) {
      const gradient = (labels[word] === label ? 1 : 0) - (marginals[word * LABELS + label] ?? 0);
      if (Math.abs(gradient) < 1e-3) continue;
      for (let feature = 0; feature < FEATURES; feature++) {
        const place = used.places[word * FEATURES + feature] ?? 0;
        if (place !== 0) move(place * LABELS + label, gradient, table, moved);
      }
    }
  for (let label = 0; label < LABELS; label++)
    move(LABELS * LABELS + label, (labels[0] === label ? 1 : 0) - (marginals[label] ?? 0), steps, stepsMoved);
  const { step, local, forward, backward } = passes;
  const pair = new Float64Array(LABELS * LABELS);
  for (let word = 1; word < labels.length; word++) {
    let all = 0;
    for (let before = 0; before < LABELS; before++)
      for (let label = 0; label < LABELS; label++) {
        const value =
          (forward[(word - 1) * LABELS + before] ?? 0) *
          (step[before * LABELS + label] ?? 0) *
          (local[word * LABELS + label] ?? 0) *
          (backward[word * LABELS + label] ?? 0);
        pair[before * LABELS + label] = value;
        all += value;
      }
    const truth = (labels[word - 1] ?? 0) * LABELS + (labels[word] ?? 0);
    for (let at = 0; at < pair.length; at++) {
      const gradient = (at === truth ? 1 : 0) - (pair[at] ?? 0) / all;
      if (Math.abs(gradient) > 1e-3) move(at, gradient, steps, stepsMoved);
    }
  }
}

function errorsOf(examples: readonly Example[], weights: Weights): number {
  let wrong = 0;
  let all = 0;
  for (const { features, labels } of examples) {
    const found = labelsOf(scoresOf(features, weights), weights);
    all += labels.length;
    for (let at = 0; at < labels.length; at++) if (found[at] !== labels[at]) wrong++;
  }
  return wrong / all;
}

/** The mulberry32 generator: from 0 up to, but not including, 1. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffle(order: number[], random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
}
