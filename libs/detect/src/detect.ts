import { createDetector, type Detector, type DetectorSettings } from './detector.js';
import type { Identity } from './recogniser.js';
import type { Span } from './span.js';

/** Settings of a detector and what is known beside the text. */
export interface DetectOptions extends DetectorSettings {
  /** Values known from the structured fields of the same record. */
  readonly identities?: readonly Identity[];
}

const EVERYTHING = createDetector();

/** Finds personal data in one text. Who looks at many with the same settings makes a detector once. */
export function detect(text: string, options?: DetectOptions): readonly Span[] {
  const detector: Detector = options ? createDetector(options) : EVERYTHING;
  return detector(text, options?.identities);
}
