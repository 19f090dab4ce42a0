export { CERTAIN_ENTITIES, CERTAIN_SCORE } from './certain.js';
export type { Column, ColumnProposal, CrmObject } from './columns/column.js';
export { DriftWatch } from './columns/drift.js';
export { detect, type DetectOptions } from './detect.js';
export {
  ENTITIES,
  RECOGNISER_NAMES,
  UnknownEntity,
  createDetector,
  type Detector,
  type DetectorSettings,
} from './detector.js';
export type { EntityKind, Evidence, Identity, Level } from './recogniser.js';
export { applyToText, type Span } from './span.js';
export type { Kind as TaggedKind } from './tagger/labels.js';
export type { MarkedText } from './tagger/train.js';

/** What looks at columns, loaded apart: a service that looks at texts starts without it. */
export const loadColumns = (): Promise<typeof import('./columns/columns.js')> =>
  import('./columns/columns.js');

/** What makes the tagger's weights, for who trains it. */
export const loadTraining = (): Promise<typeof import('./tagger/train.js')> => import('./tagger/train.js');
