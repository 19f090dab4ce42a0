import type { Evidence } from './recogniser.js';

/** A part of a text that holds personal data; positions count UTF-16 code units, `end` is the first one after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** What it is: upper-case letters, digits and underscores, after Presidio's names where it has one. */
  readonly entity: string;
  /** How sure, from 0 to 1. */
  readonly score: number;
  /** Name of the recogniser that found it. */
  readonly recogniser: string;
  /** What the finding rests on. */
  readonly evidence: readonly Evidence[];
}

/**
 * Spans without overlaps, in order. Spans that overlap become one that covers them all and is named for the surest,
 * then the longest: whatever any recogniser saw stays covered.
 */
export function withoutOverlaps(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.toSorted((a, b) => a.start - b.start || b.end - a.end || bySureness(a, b));
  const merged: Span[] = [];
  let best: Span | undefined;
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last === undefined || best === undefined || span.start >= last.end) {
      merged.push(span);
      best = span;
      continue;
    }
    if (bySureness(span, best) < 0) best = span;
    merged[merged.length - 1] = { ...best, start: last.start, end: Math.max(last.end, span.end) };
  }
  return merged;
}

const bySureness = (a: Span, b: Span): number =>
  b.score - a.score ||
  b.end - b.start - (a.end - a.start) ||
  (a.entity < b.entity ? -1 : a.entity > b.entity ? 1 : 0);

/** The text with every span replaced. The spans must be in order and must not overlap, as `detect` gives them. */
export function applyToText(
  text: string,
  spans: readonly Span[],
  replacer: (value: string, span: Span) => string,
): string {
  let replaced = '';
  let position = 0;
  for (const span of spans) {
    replaced += text.slice(position, span.start) + replacer(text.slice(span.start, span.end), span);
    position = span.end;
  }
  return replaced + text.slice(position);
}
