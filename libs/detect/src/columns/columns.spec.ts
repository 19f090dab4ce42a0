import { sensitivityRank } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { email } from '../codes/email.js';
import { Reading } from '../reading.js';
import type { Span } from '../span.js';
import { catalogYaml } from './catalog-yaml.js';
import { classifyColumn, wordsOf } from './classify-column.js';
import type { Column } from './column.js';
import { readCrmSchema, NotACrmSchema } from './crm-schema.js';

const column = (name: string, rest: Partial<Column> = {}): Column => ({
  name,
  label: name,
  kind: 'text',
  sensitivity: null,
  regulations: [],
  unknownGroups: [],
  ...rest,
});
const find = (text: string): readonly Span[] =>
  [...email.find(new Reading(text), { countries: null, level: 'standard', identities: [] })].map(
    (finding) => ({ ...finding, recogniser: email.name }),
  );
const brief = (each: Column): string => {
  const { category, sensitivity, entity } = classifyColumn(each);
  return [category, sensitivity, entity].join(' ');
};

describe('R2 a column is known by its name', () => {
  it.each([
    ['ContactEmail', 'contact Confidential EMAIL_ADDRESS'],
    ['Telefonnummer__c', 'contact Confidential PHONE_NUMBER'],
    ['date_de_naissance', 'demographic Restricted DATE_OF_BIRTH'],
    ['CustomerBirthDate__c', 'demographic Restricted DATE_OF_BIRTH'],
    ['Kreditkartennummer', 'financial MissionCritical CREDIT_CARD'],
    ['billingPostalCode', 'location Confidential ZIP_CODE'],
    ['Nachname', 'contact Confidential PERSON'],
    ['codice_fiscale', 'identifier Restricted '],
    ['Krankheit__c', 'health MissionCritical '],
    ['Gewerkschaft__c', 'special-category MissionCritical '],
    ['api_key', 'credential MissionCritical '],
    ['Foo__c', 'unknown MissionCritical '],
  ])('%s', (name, expected) => {
    expect(brief(column(name))).toBe(expected);
  });
});

describe('R2 a column is known by its type and its samples', () => {
  it('a type that says enough', () => {
    expect(brief(column('Foo__c', { kind: 'email' }))).toBe('contact Confidential EMAIL_ADDRESS');
    expect(brief(column('Foo__c', { kind: 'choice' }))).toBe('none Internal ');
  });

  it('samples count for more than a name that promises less', () => {
    const samples = Array.from({ length: 10 }, (_, n) => `user${n}@example.com`);
    const found = classifyColumn(column('ReferenceCode__c'), samples, find);
    expect([found.category, found.entity]).toEqual(['contact', 'EMAIL_ADDRESS']);
    expect(found.reasons[0]).toBe('100 % of 10 samples are EMAIL_ADDRESS');
  });

  it('a text in which personal data stands here and there is a free text', () => {
    const samples = Array.from({ length: 10 }, (_, n) =>
      n < 3 ? `please write to user${n}@example.com as soon as it has arrived` : 'nothing of note happened',
    );
    expect(classifyColumn(column('Foo__c'), samples, find).category).toBe('free-text');
  });
});

describe('R2 what the CRM says is never made less', () => {
  it('whatever name, type and samples say', () => {
    const kinds = ['email', 'text', 'choice', 'long-text', 'number'] as const;
    const said = ['Public', 'Internal', 'Confidential', 'Restricted', 'MissionCritical', 'unknown'] as const;
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom(...kinds),
        fc.constantFrom(...said),
        fc.subarray(['GDPR', 'PCI', 'HIPAA'] as const),
        (name, kind, sensitivity, regulations) => {
          const proposal = classifyColumn(column(name, { kind, sensitivity, regulations }));
          expect(sensitivityRank(proposal.sensitivity)).toBeGreaterThanOrEqual(sensitivityRank(sensitivity));
          expect(proposal.regulations).toEqual(expect.arrayContaining([...regulations]));
        },
      ),
    );
  });

  it('a group that is not known counts as the most restrictive', () => {
    const proposal = classifyColumn(column('Origin', { kind: 'choice', unknownGroups: ['LGPD'] }));
    expect(proposal.sensitivity).toBe('MissionCritical');
    expect(proposal.reasons.at(-1)).toBe('the CRM names LGPD, which is not known here');
  });
});

describe('the metadata of', () => {
  it('Salesforce FieldDefinition', () => {
    const { name, columns } = readCrmSchema({
      records: [
        {
          QualifiedApiName: 'SSN__c',
          Label: 'Kennziffer',
          DataType: 'Text(11)',
          SecurityClassification: 'Restricted',
          ComplianceGroup: 'PII;HIPAA;LGPD',
          BusinessStatus: 'Active',
          EntityDefinition: { QualifiedApiName: 'Contact' },
        },
        { QualifiedApiName: 'Email', DataType: 'Email', SecurityClassification: 'Strange' },
      ],
    });
    expect(name).toBe('Contact');
    expect(columns).toEqual([
      {
        name: 'SSN__c',
        label: 'Kennziffer',
        kind: 'text',
        sensitivity: 'Restricted',
        regulations: ['GDPR', 'CCPA', 'HIPAA'],
        unknownGroups: ['LGPD'],
      },
      { ...column('Email', { kind: 'email', sensitivity: 'unknown' }) },
    ]);
  });

  it('a describe of Salesforce, properties of HubSpot and an entity of Dataverse', () => {
    expect(
      readCrmSchema({ name: 'Case', fields: [{ name: 'Description', type: 'textarea' }] }).columns,
    ).toEqual([column('Description', { kind: 'long-text' })]);
    expect(
      readCrmSchema({
        objectType: 'contacts',
        results: [
          {
            name: 'mobilephone',
            label: 'Mobile',
            type: 'string',
            fieldType: 'phonenumber',
            dataSensitivity: 'sensitive',
          },
        ],
      }),
    ).toEqual({
      name: 'contacts',
      columns: [column('mobilephone', { label: 'Mobile', kind: 'phone', sensitivity: 'Restricted' })],
    });
    expect(
      readCrmSchema({
        LogicalName: 'contact',
        Attributes: [
          {
            LogicalName: 'emailaddress1',
            AttributeType: 'String',
            FormatName: { Value: 'Email' },
            DisplayName: { UserLocalizedLabel: { Label: 'E-mail' } },
            IsSecured: true,
          },
        ],
      }),
    ).toEqual({
      name: 'contact',
      columns: [column('emailaddress1', { label: 'E-mail', kind: 'email', sensitivity: 'Restricted' })],
    });
  });

  it('anything else is refused', () => {
    expect(() => readCrmSchema({ rows: [] })).toThrow(NotACrmSchema);
  });
});

it('a name is taken apart into words', () => {
  expect(wordsOf('acme__CustomerIBANNumber2__c')).toBe('acme customer iban number2');
});

it('the catalog is YAML that says what each line rests on', () => {
  const object = { name: 'Case', columns: [column('Email', { kind: 'email' }), column('no: {yes}')] };
  expect(
    catalogYaml(
      object,
      object.columns.map((each) => classifyColumn(each)),
    ),
  ).toBe(`# Field catalog of the CRM object "Case", proposed from its metadata. Review every line before use:
# what stands here decides what may leave the classifier. A field that is not listed counts as unknown.
object: "Case"
fields:
  # 99 % sure: its name says so; its type is email
  "Email": { category: contact, sensitivity: Confidential, regulations: [CCPA, GDPR], entity: EMAIL_ADDRESS }
  # REVIEW 0 % sure: nothing says what it is
  "no: {yes}": { category: unknown, sensitivity: MissionCritical, regulations: [] }
`);
});
