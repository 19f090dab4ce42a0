import type { Sensitivity } from '@bailiwick/domain';
import { z } from 'zod';
import type { Column, ColumnKind, CrmObject } from './column.js';

/**
 * What `GET /crm/v3/properties/{objectType}` answers; `objectType` is added by whoever saves it.
 * https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
 */
const Properties = z.object({
  objectType: z.string().min(1).default('Object'),
  results: z
    .array(
      z.object({
        name: z.string().min(1),
        label: z.string().nullish(),
        type: z.string(),
        fieldType: z.string(),
        dataSensitivity: z.string().nullish(),
      }),
    )
    .min(1),
});

/** HubSpot's three levels; it holds health, financial and identity data behind the two upper ones. */
const SENSITIVITY: Readonly<Record<string, Sensitivity | null>> = {
  non_sensitive: null,
  sensitive: 'Restricted',
  highly_sensitive: 'MissionCritical',
};

/** An object of HubSpot, or null when the JSON is none. */
export function hubspotObject(json: unknown): CrmObject | null {
  const parsed = Properties.safeParse(json);
  if (!parsed.success) return null;
  const { objectType, results } = parsed.data;
  return {
    name: objectType,
    columns: results.map(({ name, label, type, fieldType, dataSensitivity }): Column => ({
      name,
      label: label ?? name,
      kind: kindOf(type, fieldType),
      sensitivity:
        dataSensitivity === null || dataSensitivity === undefined
          ? null
          : Object.hasOwn(SENSITIVITY, dataSensitivity)
            ? (SENSITIVITY[dataSensitivity] ?? null)
            : 'unknown',
      regulations: [],
      unknownGroups: [],
    })),
  };
}

function kindOf(type: string, fieldType: string): ColumnKind {
  if (fieldType === 'phonenumber' || type === 'phone_number') return 'phone';
  if (fieldType === 'textarea' || fieldType === 'html') return 'long-text';
  switch (type) {
    case 'date':
    case 'datetime':
      return 'date';
    case 'enumeration':
    case 'bool':
      return 'choice';
    case 'number':
      return 'number';
    case 'object_coordinates':
      return 'reference';
    default:
      return 'text';
  }
}
