import { Purpose } from '@bailiwick/domain';
import { describe, expect, it } from 'vitest';
import { Detectors, UnknownEntityInPurpose } from './detectors.js';

const purpose = (detection?: Purpose['detection']): Purpose =>
  ({ id: 'case-triage', tenant: 'atlas', detection }) as Purpose;
const found = (detectors: Detectors, of: Purpose, text: string): readonly string[] =>
  detectors
    .of(of)
    .inText(text)
    .map(({ entity }) => entity);

describe('the detectors of purposes', () => {
  const detectors = new Detectors(['DE']);

  it('are made once per published version', () => {
    const one = purpose({ level: 'thorough' });
    expect(detectors.of(one)).toBe(detectors.of(one));
    expect(detectors.of(purpose()).inText).toBe(detectors.of(purpose()).everything);
  });

  it('look for what the purpose says, and leave its allowed values alone', () => {
    const text = 'help@example.com, lena@example.com, 4111111111111111, Projekt Falke';
    expect(
      found(detectors, purpose({ entities: ['EMAIL_ADDRESS'], allow: ['help@example.com'] }), text),
    ).toEqual(['EMAIL_ADDRESS']);
    expect(found(detectors, purpose({ entities: ['PERSON'], deny: { PERSON: ['Falke'] } }), text)).toContain(
      'PERSON',
    );
    expect(found(detectors, purpose({ thresholds: { CREDIT_CARD: 1 } }), '4111111111111111')).toEqual([]);
  });

  it('name the entity that nobody knows, and the purpose that asks for it', () => {
    for (const detection of [
      { entities: ['PERSONN'] },
      { thresholds: { PERSONN: 0.5 } },
      { deny: { PERSONN: ['x'] } },
    ])
      expect(() => detectors.of(purpose(detection))).toThrow(
        new UnknownEntityInPurpose({ tenant: 'atlas', id: 'case-triage' }, 'PERSONN'),
      );
  });
});
