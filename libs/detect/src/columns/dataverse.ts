import { z } from 'zod';
import type { Column, ColumnKind, CrmObject } from './column.js';

const Label = z.object({ UserLocalizedLabel: z.object({ Label: z.string() }).nullish() }).nullish();

/**
 * What `GET EntityDefinitions(LogicalName='…')?$expand=Attributes` answers.
 * https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/attributemetadata
 */
const EntityDefinition = z.object({
  LogicalName: z.string().min(1),
  Attributes: z
    .array(
      z.object({
        LogicalName: z.string().min(1),
        AttributeType: z.string().nullish(),
        FormatName: z.object({ Value: z.string().nullish() }).nullish(),
        DisplayName: Label,
        /** Column security is on: only named people may read it. */
        IsSecured: z.boolean().nullish(),
      }),
    )
    .min(1),
});

/** An object of Dataverse, or null when the JSON is none. */
export function dataverseObject(json: unknown): CrmObject | null {
  const parsed = EntityDefinition.safeParse(json);
  if (!parsed.success) return null;
  const { LogicalName, Attributes } = parsed.data;
  return {
    name: LogicalName,
    columns: Attributes.map((attribute): Column => ({
      name: attribute.LogicalName,
      label: attribute.DisplayName?.UserLocalizedLabel?.Label ?? attribute.LogicalName,
      kind: kindOf(attribute.AttributeType ?? '', attribute.FormatName?.Value ?? ''),
      sensitivity: attribute.IsSecured === true ? 'Restricted' : null,
      regulations: [],
      unknownGroups: [],
    })),
  };
}

const FORMATS: Readonly<Record<string, ColumnKind>> = {
  Email: 'email',
  Phone: 'phone',
  Url: 'url',
  TextArea: 'long-text',
  RichText: 'long-text',
};
const TYPES: Readonly<Record<string, ColumnKind>> = {
  Memo: 'long-text',
  DateTime: 'date',
  Picklist: 'choice',
  State: 'choice',
  Status: 'choice',
  Boolean: 'choice',
  Integer: 'number',
  BigInt: 'number',
  Decimal: 'number',
  Double: 'number',
  Money: 'number',
  Lookup: 'reference',
  Customer: 'reference',
  Owner: 'reference',
  Uniqueidentifier: 'reference',
};

const kindOf = (type: string, format: string): ColumnKind => FORMATS[format] ?? TYPES[type] ?? 'text';
