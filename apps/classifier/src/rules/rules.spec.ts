import type { FieldCatalog, Purpose } from '@bailiwick/domain';
import { describe, expect, it } from 'vitest';
import { Detectors } from '../classify/detectors.js';
import { PublishedRules, type RulesSource } from './rules.js';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const QUESTION = { tenant: 'atlas', purpose: 'case-triage', object: 'Case' };
const PURPOSE = { id: 'case-triage', tenant: 'atlas', version: 3, object: 'Case' } as unknown as Purpose;
const CATALOG: FieldCatalog = {
  object: 'Case',
  version: 7,
  fields: { Subject: { category: 'free-text', sensitivity: 'Internal', regulations: [] } },
};
const detectors = new Detectors([]);

function rules(known: Readonly<Record<string, unknown>> = {}, change: Partial<RulesSource> = {}) {
  const things: Readonly<Record<string, unknown>> = {
    'purpose/atlas/case-triage': PURPOSE,
    'catalog/Case': CATALOG,
    ...known,
  };
  const control = {
    ready: true,
    all: () => [],
    asOf: NOW,
    get: (kind: string, id: string) => things[`${kind}/${id}`],
  };
  return new PublishedRules({ ...control, ...change } as RulesSource, detectors, 300_000, () => NOW);
}
const codeOf = (known: Readonly<Record<string, unknown>>, change?: Partial<RulesSource>) => {
  try {
    rules(known, change).of(QUESTION);
    return null;
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
};

describe('the rules of a record', () => {
  it('are those that were published last, and say which version of the catalog they are', () => {
    const { purpose, listed, catalogVersion } = rules().of(QUESTION);
    expect(purpose).toBe(PURPOSE);
    expect(catalogVersion).toBe(7);
    expect([...listed.keys()]).toEqual(['Subject']);
  });

  it.each([
    ['no such purpose is published', { 'purpose/atlas/case-triage': undefined }, {}, 'purpose-unknown'],
    [
      'the purpose is for another object',
      { 'purpose/atlas/case-triage': { ...PURPOSE, object: 'Lead' } },
      {},
      'purpose-unknown',
    ],
    ['no catalog of the object is published', { 'catalog/Case': undefined }, {}, 'catalog-unknown'],
    [
      'the purpose looks for what nobody finds',
      { 'purpose/atlas/case-triage': { ...PURPOSE, detection: { entities: ['PERSONN'] } } },
      {},
      'config-invalid',
    ],
    ['nobody has confirmed them for too long', {}, { asOf: NOW - 300_001 }, 'control-stale'],
    ['nobody has ever confirmed them', {}, { asOf: 0 }, 'control-stale'],
    ['a clock is wrong', {}, { asOf: NOW + 300_001 }, 'control-stale'],
    ['the control topics are still being read', {}, { ready: false }, 'control-not-ready'],
    ['all is well at the limit', {}, { asOf: NOW - 300_000 }, null],
  ])('promise 1: there are none while %s', (_what, known, change, code) => {
    expect(codeOf(known, change)).toBe(code);
  });
});
