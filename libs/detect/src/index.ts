export { detect, type DetectOptions } from './detect.js';
export { ENTITIES, UnknownEntity, createDetector, type Detector, type DetectorSettings } from './detector.js';
export type { Identity } from './identity.js';
export type { EntityKind, Evidence, Level } from './recogniser.js';
export { applyToText, type Span } from './span.js';
