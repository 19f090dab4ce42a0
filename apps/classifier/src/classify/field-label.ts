import type { Span } from '@bailiwick/detect';
import {
  highestSensitivity,
  sensitivityRank,
  type Action,
  type Category,
  type Regulation,
  type Sensitivity,
} from '@bailiwick/domain';
import type { CatalogField } from '@bailiwick/domain';

/** What a field is. It never holds a value. */
export interface Label {
  readonly category: Category;
  readonly sensitivity: Sensitivity;
  readonly regulations: readonly Regulation[];
  /** What decided the label. */
  readonly basis: 'catalog' | 'detector' | 'identity' | 'unknown';
}

/** Category of what detectors find; every other entity is an identifier. */
const ENTITY_CATEGORIES: Readonly<Record<string, Category>> = {
  EMAIL_ADDRESS: 'contact',
  PHONE_NUMBER: 'contact',
  PERSON: 'contact',
  CREDIT_CARD: 'financial',
  IBAN_CODE: 'financial',
  DATE_OF_BIRTH: 'demographic',
  STREET_ADDRESS: 'location',
  LOCATION: 'location',
  ZIP_CODE: 'location',
};

/**
 * Labels a field: as the catalog lists it; otherwise by what is found in its values, and then it keeps the highest
 * sensitivity, because nobody has said what else it may hold.
 */
export function labelOf(listed: CatalogField | undefined, find: () => readonly Span[]): Label {
  if (listed)
    return {
      category: listed.category,
      sensitivity: listed.sensitivity,
      regulations: listed.regulations,
      basis: 'catalog',
    };
  const [first] = find().toSorted((a, b) => b.score - a.score);
  const unlisted = { sensitivity: 'MissionCritical', regulations: [] } as const;
  if (!first) return { ...unlisted, category: 'unknown', basis: 'unknown' };
  return {
    ...unlisted,
    category: ENTITY_CATEGORIES[first.entity] ?? 'identifier',
    basis: first.recogniser === 'identity' ? 'identity' : 'detector',
  };
}

/** Sensitivity of what is left of a field after its action. */
export function effectiveSensitivity(label: Sensitivity, action: Action): Sensitivity {
  const capped = (cap: Sensitivity): Sensitivity =>
    sensitivityRank(label) <= sensitivityRank(cap) ? label : cap;
  switch (action) {
    case 'keep':
      return highestSensitivity([label]);
    case 'pseudonymise':
      return capped('Confidential');
    case 'generalise':
      return capped('Internal');
    case 'mask':
    case 'drop':
      return 'Public';
  }
}
