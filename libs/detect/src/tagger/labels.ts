/** What a word is: outside of every name, or the beginning or the inside of one. Addresses are told apart from places. */
export const KINDS = ['PERSON', 'GPE', 'ORGANIZATION', 'STREET_ADDRESS'] as const;
export type Kind = (typeof KINDS)[number];

/** Outside, then beginning and inside of each kind. */
export const LABELS = 1 + 2 * KINDS.length;
export const beginOf = (kind: number): number => 1 + 2 * kind;
export const kindOf = (label: number): number => (label - 1) >> 1;
const isInside = (label: number): boolean => label > 0 && label % 2 === 0;

/** Whether a label may follow another: the inside of a name follows its beginning or its inside. */
export const mayFollow = (label: number, before: number): boolean =>
  !isInside(label) || before === label || before === label - 1;
