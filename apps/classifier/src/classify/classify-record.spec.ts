import { createHash } from 'node:crypto';
import { createDetector } from '@bailiwick/detect';
import { ACTIONS, type JsonObject, type Purpose, type PurposeField } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CatalogField } from '@bailiwick/domain';
import { classifyRecord } from './classify-record.js';

const CATALOG: ReadonlyMap<string, CatalogField> = new Map<string, CatalogField>([
  ['Text', { category: 'free-text', sensitivity: 'Internal', regulations: ['GDPR'] }],
  ['Origin', { category: 'none', sensitivity: 'Public', regulations: [] }],
  ['Name', { category: 'contact', sensitivity: 'Confidential', regulations: ['GDPR'], entity: 'PERSON' }],
  [
    'Email',
    { category: 'contact', sensitivity: 'Confidential', regulations: ['GDPR'], entity: 'EMAIL_ADDRESS' },
  ],
  ['Birth', { category: 'demographic', sensitivity: 'Restricted', regulations: ['GDPR'] }],
  ['Health', { category: 'health', sensitivity: 'MissionCritical', regulations: ['HIPAA'] }],
]);

const pseudonym = (entity: string, value: string): string =>
  `⟦${entity}·${createHash('sha256').update(value.toLowerCase()).digest('hex').slice(0, 12)}⟧`;

const everything = createDetector({ countries: [] });
const detectors = { inText: everything, everything };

const classify = (record: JsonObject, fields: Record<string, PurposeField>) =>
  classifyRecord(record, {
    catalog: CATALOG,
    purpose: { fields } as unknown as Purpose,
    detectors,
    pseudonym,
    jurisdictionsOf: () => [],
  });

const RECORD = {
  Text: 'Lena Vogt here, lena.vogt@example.org. Ask VOGT.',
  Origin: 'Web',
  Name: 'Lena Vogt',
  Email: 'lena.vogt@example.org',
  Birth: '1987-04-03',
  Health: 'asthma',
};

describe('a classified record', () => {
  it('holds only what the purpose names, and labels everything', () => {
    const { fields, labels } = classify(RECORD, { Origin: { action: 'keep' } });
    expect({ ...fields }).toEqual({ Origin: 'Web' });
    expect(labels.map(({ name, action }) => `${name} ${action}`)).toEqual([
      'Text drop',
      'Origin keep',
      'Name drop',
      'Email drop',
      'Birth drop',
      'Health drop',
    ]);
  });

  it('F6 holds of an e-mail only what its writer says, unless the purpose names the rest', () => {
    const mail = { Text: 'It fails again.\n\nRegards,\nLena\n\nOn 3 May 2025 Tom wrote:\n> Tom was here' };
    const dropped = classify(mail, { Text: { action: 'keep', inText: 'mask' } });
    expect({ ...dropped.fields }).toEqual({ Text: 'It fails again.' });
    expect(dropped.labels[0]?.entities).toEqual({ EMAIL_QUOTE: 1, EMAIL_SIGNATURE: 1 });
    const named = classify(mail, { Text: { action: 'keep', inText: 'mask', quotes: 'keep' } });
    expect(named.fields['Text']).toContain('was here');
    const onlyQuoted = classify({ Text: '> Tom was here' }, { Text: { action: 'keep', inText: 'mask' } });
    expect({ ...onlyQuoted.fields }).toEqual({});
  });

  it('applies every action', () => {
    const { fields } = classify(RECORD, {
      Origin: { action: 'keep' },
      Name: { action: 'pseudonymise' },
      Email: { action: 'mask' },
      Birth: { action: 'generalise', generalise: 'year' },
      Health: { action: 'drop' },
    });
    expect({ ...fields }).toEqual({
      Origin: 'Web',
      Name: pseudonym('PERSON', 'Lena Vogt'),
      Email: '[EMAIL_ADDRESS]',
      Birth: '1987',
    });
  });

  it.each([
    ['mask', '[PERSON] here, [EMAIL_ADDRESS]. Ask [PERSON].'],
    ['drop', ' here, . Ask .'],
    [
      'pseudonymise',
      `${pseudonym('PERSON', 'Lena Vogt')} here, ${pseudonym('EMAIL_ADDRESS', RECORD.Email)}. Ask ${pseudonym('PERSON', 'VOGT')}.`,
    ],
  ] as const)('finds the names of its own fields in text, to %s them', (inText, text) => {
    const { fields, labels } = classify(RECORD, { Text: { action: 'keep', inText } });
    expect(fields['Text']).toBe(text);
    expect(labels[0]!.entities).toEqual({ PERSON: 2, EMAIL_ADDRESS: 1 });
  });

  it('masks personal data in a field that the purpose says holds none, but for what it is listed to hold', () => {
    const { fields } = classify(
      { Origin: 'sent by lena@example.org', Email: 'lena@example.org' },
      { Origin: { action: 'keep' }, Email: { action: 'keep' } },
    );
    expect({ ...fields }).toEqual({ Origin: 'sent by [EMAIL_ADDRESS]', Email: 'lena@example.org' });
  });

  it('looks in kept text for what the purpose says, and hides the name of a field whatever it says', () => {
    const { fields, labels } = classifyRecord(
      { Text: 'lena@example.org, 4111111111111111', 'lena@example.org': 'x' },
      {
        catalog: CATALOG,
        purpose: { fields: { Text: { action: 'keep', inText: 'mask' } } } as unknown as Purpose,
        detectors: { inText: createDetector({ entities: ['CREDIT_CARD'] }), everything },
        pseudonym,
        jurisdictionsOf: () => [],
      },
    );
    expect(fields['Text']).toBe('lena@example.org, [CREDIT_CARD]');
    expect(labels.map(({ name }) => name)).toEqual(['Text', 'unlisted-1']);
  });

  it('finds personal data in numbers too', () => {
    const { fields } = classify({ Origin: 4111111111111111 }, { Origin: { action: 'keep' } });
    expect(fields['Origin']).toBe('[CREDIT_CARD]');
  });

  it('counts the sensitivity and categories of what is left only', () => {
    const masked = classify(RECORD, { Origin: { action: 'keep' }, Health: { action: 'mask' } });
    expect(masked).toMatchObject({ highestSensitivity: 'Public', categories: ['health', 'none'] });
    const kept = classify(RECORD, {
      Text: { action: 'keep', inText: 'mask' },
      Name: { action: 'pseudonymise' },
    });
    expect(kept).toMatchObject({ highestSensitivity: 'Confidential', categories: ['contact', 'free-text'] });
    const coarse = classify({ Birth: 'unknown' }, { Birth: { action: 'generalise', generalise: 'year' } });
    expect(coarse).toMatchObject({ highestSensitivity: 'Public', categories: [] });
  });

  it('counts a field that the catalog does not list as unknown and of the highest sensitivity', () => {
    const { categories, highestSensitivity } = classify({ Extra: 'x' }, { Extra: { action: 'keep' } });
    expect({ categories, highestSensitivity }).toEqual({
      categories: ['unknown'],
      highestSensitivity: 'MissionCritical',
    });
  });

  it.each(['__proto__', 'constructor', 'toString'])(
    'does not take %s for a field that the purpose names',
    (name) => {
      const { fields } = classify(JSON.parse(`{"${name}":"x"}`) as JsonObject, {
        Origin: { action: 'keep' },
      });
      expect(Object.keys(fields)).toEqual([]);
    },
  );

  it('never lets a value through that no rule keeps, whatever the record', () => {
    const rules = fc.dictionary(
      fc.constantFrom(...CATALOG.keys(), 'Extra'),
      fc.record({
        action: fc.constantFrom(...ACTIONS),
        inText: fc.constantFrom('mask', 'pseudonymise', 'drop'),
        generalise: fc.constantFrom('year', 'area', 'band'),
      }) as fc.Arbitrary<PurposeField>,
    );
    // A canary is no word that a bracket, a pseudonym or a band could hold by chance.
    const canary = fc.stringMatching(/^[qxz]{12}$/);
    const record = fc.dictionary(fc.constantFrom(...CATALOG.keys(), 'Extra', 'Other'), canary);
    fc.assert(
      fc.property(record, rules, (values, fields) => {
        const left = JSON.stringify(classify(values, fields).fields);
        const kept = new Set(
          Object.keys(values)
            .filter((name) => fields[name]?.action === 'keep')
            .map((name) => values[name]),
        );
        for (const value of Object.values(values)) if (!kept.has(value)) expect(left).not.toContain(value);
      }),
    );
  });
});
