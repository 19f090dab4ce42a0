export { detect, RECOGNISERS } from './detect.js';
export type { Identity } from './identity.js';
export type { DetectOptions, Finding, Recogniser } from './recogniser.js';
export { applyToText, withoutOverlaps, type Span } from './span.js';
