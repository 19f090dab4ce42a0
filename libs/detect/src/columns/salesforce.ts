import { REGULATIONS, Sensitivity, type Regulation } from '@bailiwick/domain';
import { z } from 'zod';
import type { Column, ColumnKind, CrmObject } from './column.js';

/**
 * Rows of the Tooling API's FieldDefinition.
 * https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_fielddefinition.htm
 */
const FieldDefinitions = z.object({
  records: z
    .array(
      z.object({
        QualifiedApiName: z.string().min(1),
        Label: z.string().nullish(),
        DataType: z.string().nullish(),
        SecurityClassification: z.string().nullish(),
        ComplianceGroup: z.string().nullish(),
        EntityDefinition: z.object({ QualifiedApiName: z.string() }).nullish(),
        EntityDefinitionId: z.string().nullish(),
      }),
    )
    .min(1),
});

/** What `GET /sobjects/{object}/describe` answers, of which it needs the fields' names and types. */
const Describe = z.object({
  name: z.string().min(1),
  fields: z
    .array(
      z.object({
        name: z.string().min(1),
        label: z.string().nullish(),
        type: z.string(),
        nameField: z.boolean().nullish(),
      }),
    )
    .min(1),
});

/** An object of Salesforce, or null when the JSON is none. */
export function salesforceObject(json: unknown): CrmObject | null {
  const definitions = FieldDefinitions.safeParse(json);
  if (definitions.success) {
    const { records } = definitions.data;
    const [first] = records;
    return {
      name: first?.EntityDefinition?.QualifiedApiName ?? first?.EntityDefinitionId ?? 'Object',
      columns: records.map((row) => ({
        name: row.QualifiedApiName,
        label: row.Label ?? row.QualifiedApiName,
        kind: kindOf(row.DataType ?? ''),
        sensitivity: sensitivityOf(row.SecurityClassification),
        ...groupsOf(row.ComplianceGroup),
      })),
    };
  }
  const describe = Describe.safeParse(json);
  if (!describe.success) return null;
  return {
    name: describe.data.name,
    columns: describe.data.fields.map((field): Column => ({
      name: field.name,
      label: field.label ?? field.name,
      kind: kindOf(field.type),
      sensitivity: null,
      regulations: [],
      unknownGroups: [],
    })),
  };
}

const sensitivityOf = (value: string | null | undefined): Column['sensitivity'] => {
  if (value === null || value === undefined || value === '') return null;
  const known = Sensitivity.safeParse(value);
  return known.success ? known.data : 'unknown';
};

/** Compliance groups come in one text, apart by semicolons; `PII` is no law of its own. */
function groupsOf(groups: string | null | undefined): Pick<Column, 'regulations' | 'unknownGroups'> {
  const names = (groups ?? '')
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const known = new Set<Regulation>();
  const unknownGroups: string[] = [];
  for (const name of names) {
    if (name === 'PII') known.add('GDPR').add('CCPA');
    else if ((REGULATIONS as readonly string[]).includes(name)) known.add(name as Regulation);
    else unknownGroups.push(name);
  }
  return { regulations: [...known], unknownGroups };
}

/** Types as FieldDefinition (`Long Text Area(32768)`) and describe (`textarea`) write them. */
const KINDS: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^email/i, 'email'],
  [/^(?:phone|fax)/i, 'phone'],
  [/^address/i, 'address'],
  [/^name\b/i, 'person-name'],
  [/^url/i, 'url'],
  [/^date/i, 'date'],
  [/^(?:long text|rich text|text area|textarea|html)/i, 'long-text'],
  [/^(?:picklist|multi|checkbox|boolean|combobox)/i, 'choice'],
  [/^(?:number|currency|percent|double|int|long)/i, 'number'],
  [/^(?:lookup|master|hierarchy|reference|id$|auto ?number)/i, 'reference'],
];

const kindOf = (type: string): ColumnKind => KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? 'text';
