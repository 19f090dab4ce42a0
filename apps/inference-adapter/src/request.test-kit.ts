import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CellSpec, Purpose } from '@bailiwick/domain';
import { parse } from 'yaml';

const INFRA = join(import.meta.dirname, '..', '..', '..', 'infra');
const yaml = (...path: readonly string[]): unknown => parse(readFileSync(join(INFRA, ...path), 'utf8'));

/** The cell of the sample stack. */
export const EU_CENTRAL = CellSpec.parse(yaml('jurisdictions', 'eu-central.yaml'));

const sample = yaml('purposes', 'case-triage.yaml') as { purpose: object };

/** The sample purpose as tenant atlas has it. */
export const TRIAGE = Purpose.parse({ ...sample.purpose, tenant: 'atlas' });
