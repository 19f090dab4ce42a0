import type { Span } from '@bailiwick/detect';
import { ACTIONS, SENSITIVITIES, sensitivityRank } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSensitivity, labelOf } from './field-label.js';

const span = (entity: string, recogniser: string, score: number): Span => ({
  start: 0,
  end: 4,
  entity,
  recogniser,
  score,
  evidence: ['pattern'],
});

describe('the label of a field', () => {
  it('is what the catalog says, whatever is found', () => {
    const listed = {
      category: 'contact',
      sensitivity: 'Confidential',
      regulations: ['GDPR'],
      entity: 'PERSON',
    } as const;
    const label = labelOf({ ...listed, regulations: ['GDPR'] }, () => expect.unreachable());
    expect(label).toEqual({
      category: 'contact',
      sensitivity: 'Confidential',
      regulations: ['GDPR'],
      basis: 'catalog',
    });
  });

  it('is unknown and of the highest sensitivity when nobody lists the field and nothing is found', () => {
    expect(labelOf(undefined, () => [])).toEqual({
      category: 'unknown',
      sensitivity: 'MissionCritical',
      regulations: [],
      basis: 'unknown',
    });
  });

  it('tells what was found in an unlisted field, the surest first, and stays of the highest sensitivity', () => {
    const label = labelOf(undefined, () => [span('PERSON', 'identity', 0.8), span('IBAN_CODE', 'iban', 1)]);
    expect(label).toMatchObject({ category: 'financial', sensitivity: 'MissionCritical', basis: 'detector' });
    expect(labelOf(undefined, () => [span('PERSON', 'identity', 0.8)])).toMatchObject({
      category: 'contact',
      basis: 'identity',
    });
    expect(labelOf(undefined, () => [span('PL_PESEL', 'national-id', 1)]).category).toBe('identifier');
  });
});

describe('the sensitivity of what is left of a field', () => {
  it.each([
    ['keep', 'MissionCritical', 'MissionCritical'],
    ['pseudonymise', 'MissionCritical', 'Confidential'],
    ['pseudonymise', 'Internal', 'Internal'],
    ['generalise', 'Restricted', 'Internal'],
    ['mask', 'MissionCritical', 'Public'],
    ['drop', 'MissionCritical', 'Public'],
  ] as const)('after %s: %s becomes %s', (action, label, left) => {
    expect(effectiveSensitivity(label, action)).toBe(left);
  });

  it('is never higher than the label', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SENSITIVITIES), fc.constantFrom(...ACTIONS), (label, action) => {
        expect(sensitivityRank(effectiveSensitivity(label, action))).toBeLessThanOrEqual(
          sensitivityRank(label),
        );
      }),
    );
  });
});
