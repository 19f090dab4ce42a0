import { z } from 'zod';

/** What kind of data a field holds. */
export const CATEGORIES = [
  'none',
  'contact',
  'identifier',
  'financial',
  'health',
  'special-category',
  'credential',
  'location',
  'free-text',
  'demographic',
  'employment',
  'unknown',
] as const;
export const Category = z.enum(CATEGORIES);
export type Category = z.infer<typeof Category>;

/** Law or standard that speaks about a field. */
export const REGULATIONS = ['GDPR', 'HIPAA', 'PCI', 'CCPA', 'GLBA'] as const;
export const Regulation = z.enum(REGULATIONS);
export type Regulation = z.infer<typeof Regulation>;

/** What is done with a field before it leaves the classifier. A field that no purpose names is dropped. */
export const ACTIONS = ['keep', 'mask', 'pseudonymise', 'generalise', 'drop'] as const;
export const Action = z.enum(ACTIONS);
export type Action = z.infer<typeof Action>;
