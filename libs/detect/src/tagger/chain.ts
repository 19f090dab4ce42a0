import { FEATURES, type Features } from './features.js';
import { LABELS, mayFollow } from './labels.js';

/** Weights of a linear-chain conditional random field: by feature and label, and by label and the label before it. */
export interface Weights {
  /** `LABELS` weights a place of the table. */
  readonly table: Int8Array | Float32Array;
  /** By label, then the label before; the last row is of a text's first word. */
  readonly steps: Float32Array;
  /** What one unit of the table is worth. */
  readonly unit: number;
}

/** What every label of every word scores by its features alone. */
export function scoresOf({ places, words }: Features, { table, unit }: Weights): Float64Array {
  const scores = new Float64Array(words * LABELS);
  for (let word = 0; word < words; word++) {
    const to = word * LABELS;
    for (let feature = 0; feature < FEATURES; feature++) {
      const from = (places[word * FEATURES + feature] ?? 0) * LABELS;
      for (let label = 0; label < LABELS; label++)
        scores[to + label] = (scores[to + label] ?? 0) + (table[from + label] ?? 0);
    }
    for (let label = 0; label < LABELS; label++) scores[to + label] = (scores[to + label] ?? 0) * unit;
  }
  return scores;
}

/** All ways through a text, added up from its beginning and from its end; each word's sums are scaled to one. */
export interface Passes {
  /** Exponential of what a step scores: the label before, or `LABELS` for none, then the label. */
  readonly step: Float64Array;
  /** Exponential of what a word's label scores, the largest of a word being one. */
  readonly local: Float64Array;
  readonly forward: Float64Array;
  readonly backward: Float64Array;
}

/** Forward and backward in one: linear in the words. */
export function passesOf(scores: Float64Array, { steps }: Weights): Passes {
  const size = scores.length;
  const step = new Float64Array((LABELS + 1) * LABELS);
  for (let before = 0; before <= LABELS; before++)
    for (let label = 0; label < LABELS; label++)
      if (mayFollow(label, before === LABELS ? 0 : before))
        step[before * LABELS + label] = Math.exp(steps[before * LABELS + label] ?? 0);
  const local = new Float64Array(size);
  const forward = new Float64Array(size);
  for (let at = 0; at < size; at += LABELS) {
    let most = Number.NEGATIVE_INFINITY;
    for (let label = 0; label < LABELS; label++) most = Math.max(most, scores[at + label] ?? 0);
    let sum = 0;
    for (let label = 0; label < LABELS; label++) {
      const own = Math.exp((scores[at + label] ?? 0) - most);
      local[at + label] = own;
      let into = 0;
      if (at === 0) into = step[LABELS * LABELS + label] ?? 0;
      else
        for (let before = 0; before < LABELS; before++)
          into += (forward[at - LABELS + before] ?? 0) * (step[before * LABELS + label] ?? 0);
      forward[at + label] = into * own;
      sum += into * own;
    }
    for (let label = 0; label < LABELS; label++) forward[at + label] = (forward[at + label] ?? 0) / sum;
  }
  const backward = new Float64Array(size).fill(1);
  for (let at = size - 2 * LABELS; at >= 0; at -= LABELS) {
    let most = 0;
    for (let before = 0; before < LABELS; before++) {
      let value = 0;
      for (let label = 0; label < LABELS; label++)
        value +=
          (step[before * LABELS + label] ?? 0) *
          (local[at + LABELS + label] ?? 0) *
          (backward[at + LABELS + label] ?? 0);
      backward[at + before] = value;
      most = Math.max(most, value);
    }
    for (let before = 0; before < LABELS; before++)
      backward[at + before] = (backward[at + before] ?? 0) / most;
  }
  return { step, local, forward, backward };
}

/** Probabilities of each label of each word, one word after the other. */
export function marginalsOf({ forward, backward }: Passes): Float64Array {
  const marginals = new Float64Array(forward.length);
  for (let at = 0; at < forward.length; at += LABELS) {
    let sum = 0;
    for (let label = 0; label < LABELS; label++)
      sum += (forward[at + label] ?? 0) * (backward[at + label] ?? 0);
    for (let label = 0; label < LABELS; label++)
      marginals[at + label] = ((forward[at + label] ?? 0) * (backward[at + label] ?? 0)) / sum;
  }
  return marginals;
}

/** The most probable sequence of labels (Viterbi): linear in the words. */
export function labelsOf(scores: Float64Array, { steps }: Weights): Uint8Array {
  const words = scores.length / LABELS;
  const labels = new Uint8Array(words);
  if (words === 0) return labels;
  const from = new Uint8Array(scores.length);
  let best = new Float64Array(LABELS);
  let next = new Float64Array(LABELS);
  for (let label = 0; label < LABELS; label++)
    best[label] = mayFollow(label, 0)
      ? (steps[LABELS * LABELS + label] ?? 0) + (scores[label] ?? 0)
      : Number.NEGATIVE_INFINITY;
  for (let word = 1; word < words; word++) {
    for (let label = 0; label < LABELS; label++) {
      let most = Number.NEGATIVE_INFINITY;
      for (let before = 0; before < LABELS; before++) {
        if (!mayFollow(label, before)) continue;
        const score = (best[before] ?? 0) + (steps[before * LABELS + label] ?? 0);
        if (score > most) {
          most = score;
          from[word * LABELS + label] = before;
        }
      }
      next[label] = most + (scores[word * LABELS + label] ?? 0);
    }
    [best, next] = [next, best];
  }
  let last = best.indexOf(Math.max(...best));
  for (let word = words - 1; word >= 0; word--) {
    labels[word] = last;
    last = from[word * LABELS + last] ?? 0;
  }
  return labels;
}
