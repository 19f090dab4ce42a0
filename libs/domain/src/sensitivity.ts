import { z } from 'zod';

/**
 * Salesforce's data sensitivity scale (FieldDefinition.SecurityClassification), lowest first.
 * https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_fielddefinition.htm
 */
export const SENSITIVITIES = ['Public', 'Internal', 'Confidential', 'Restricted', 'MissionCritical'] as const;
export const Sensitivity = z.enum(SENSITIVITIES);
export type Sensitivity = z.infer<typeof Sensitivity>;

/** Rank on the scale; an unknown label counts as the highest. */
export function sensitivityRank(label: string): number {
  const rank = SENSITIVITIES.indexOf(label as Sensitivity);
  return rank === -1 ? SENSITIVITIES.length - 1 : rank;
}

/** The higher of two labels; `Public` is the neutral element. */
export function highestSensitivity(labels: Iterable<string>): Sensitivity {
  let rank = 0;
  for (const label of labels) rank = Math.max(rank, sensitivityRank(label));
  return SENSITIVITIES[rank] ?? 'MissionCritical';
}
