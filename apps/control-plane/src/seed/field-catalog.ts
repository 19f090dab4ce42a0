import { Category } from '@bailiwick/domain';
import { z } from 'zod';
import { readSeedFolder } from './seed-folder.js';
import type { SeedProblems } from './seed-problems.js';

/** The part of a catalog file that a purpose is checked against; the classifier reads all of it. */
const CatalogFile = z.object({
  object: z.string().min(1),
  fields: z.record(z.string(), z.object({ category: Category })),
});

/** Category of each known field, by CRM object. */
export type FieldCatalog = ReadonlyMap<string, ReadonlyMap<string, Category>>;

/** Reads `catalog/`: which fields of which CRM objects are known. */
export function readFieldCatalog(seedDir: string, problems: SeedProblems): FieldCatalog {
  return new Map(
    readSeedFolder(seedDir, 'catalog', CatalogFile, problems).map(({ value }) => [
      value.object,
      new Map(Object.entries(value.fields).map(([field, { category }]) => [field, category])),
    ]),
  );
}
