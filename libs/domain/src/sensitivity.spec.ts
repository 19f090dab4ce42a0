import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENSITIVITIES, highestSensitivity, sensitivityRank } from './sensitivity.js';

const known = fc.constantFrom(...SENSITIVITIES);

describe('sensitivity', () => {
  it('an unknown label counts as the highest', () => {
    fc.assert(
      fc.property(fc.string(), (label) => {
        if ((SENSITIVITIES as readonly string[]).includes(label)) return;
        expect(sensitivityRank(label)).toBe(sensitivityRank('MissionCritical'));
        expect(highestSensitivity(['Public', label])).toBe('MissionCritical');
      }),
    );
  });

  it('the highest does not depend on order and never falls when a label is added', () => {
    fc.assert(
      fc.property(fc.array(known), known, (labels, more) => {
        const highest = highestSensitivity(labels);
        expect(highestSensitivity(labels.toReversed())).toBe(highest);
        expect(sensitivityRank(highestSensitivity([...labels, more]))).toBeGreaterThanOrEqual(
          sensitivityRank(highest),
        );
      }),
    );
  });
});
