export { catalogYaml } from './columns/catalog-yaml.js';
export { classifyColumn } from './columns/classify-column.js';
export type { Column, ColumnProposal, CrmObject } from './columns/column.js';
export { NotACrmSchema, readCrmSchema } from './columns/crm-schema.js';
export { detect, type DetectOptions } from './detect.js';
export { ENTITIES, UnknownEntity, createDetector, type Detector, type DetectorSettings } from './detector.js';
export type { Identity } from './identity.js';
export type { EntityKind, Evidence, Level } from './recogniser.js';
export { applyToText, type Span } from './span.js';
