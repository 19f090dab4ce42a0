import type { Detector } from '@bailiwick/detect';
import { describe, expect, it } from 'vitest';
import type { CatalogField } from '@bailiwick/domain';
import { Detectors } from './detectors.js';
import { FieldDrift } from './field-drift.js';

const CATALOG: ReadonlyMap<string, CatalogField> = new Map([
  ['Product__c', { category: 'none', sensitivity: 'Public', regulations: [] }],
  ['Description', { category: 'free-text', sensitivity: 'Confidential', regulations: [] }],
  [
    'ContactEmail',
    { category: 'contact', sensitivity: 'Confidential', regulations: [], entity: 'EMAIL_ADDRESS' },
  ],
]);
const everything: Detector = new Detectors().everything;
const mail = (n: number): string => `a.roth${n}@example.com`;

describe('R2 drift of a listed field', () => {
  const run = (drift: FieldDrift, times: number, field: string, tenant = 'atlas') =>
    Array.from({ length: times }, (_, n) =>
      drift.note(tenant, 'Case', { [field]: mail(n), Nested: { any: mail(n) } }, CATALOG),
    ).flat();

  it('is told once, by field and entity', () => {
    expect(run(new FieldDrift(everything, 1), 200, 'Product__c')).toEqual([
      { field: 'Product__c', entity: 'EMAIL_ADDRESS' },
    ]);
  });

  it('is of one tenant, and is not another tenant’s', () => {
    const drift = new FieldDrift(everything, 1);
    expect(run(drift, 9, 'Product__c')).toEqual([]);
    expect(run(drift, 9, 'Product__c', 'harbor')).toEqual([]);
    expect(run(drift, 9, 'Product__c')).toHaveLength(1);
  });

  it('is not seen in free text, in what is expected, or in what nobody lists', () => {
    for (const field of ['Description', 'ContactEmail', 'Unlisted__c'])
      expect(run(new FieldDrift(everything, 1), 100, field)).toEqual([]);
  });

  it('is found while one record of eight is looked at', () => {
    expect(run(new FieldDrift(everything), 79, 'Product__c')).toHaveLength(1);
  });
});
