import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BailiwickError } from '@bailiwick/platform';
import { Category, Regulation, Sensitivity } from '@bailiwick/domain';
import { parse } from 'yaml';
import { z } from 'zod';

/** What the CRM's own metadata says of one field. */
const CatalogField = z.strictObject({
  category: Category,
  sensitivity: Sensitivity,
  regulations: z.array(Regulation),
  /** Entity that the field's values are, for example `EMAIL_ADDRESS`; absent when it is none. */
  entity: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{0,39}$/)
    .optional(),
});
export type CatalogField = z.infer<typeof CatalogField>;

/** What the fields of one CRM object are, by dotted name. */
const ObjectCatalog = z.strictObject({
  object: z.string().min(1),
  fields: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.]{0,79}$/), CatalogField),
});

/** The field catalog: what each field of each CRM object is. */
export class FieldCatalog {
  readonly #objects: ReadonlyMap<string, ReadonlyMap<string, CatalogField>>;

  constructor(objects: readonly z.infer<typeof ObjectCatalog>[]) {
    this.#objects = new Map(objects.map(({ object, fields }) => [object, new Map(Object.entries(fields))]));
  }

  /** Reads every `*.yaml` of a folder; throws `config-invalid`, which names the file and what is wrong in it. */
  static read(folder: string): FieldCatalog {
    const objects = readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => {
        const parsed = ObjectCatalog.safeParse(parse(readFileSync(join(folder, file), 'utf8')));
        if (parsed.success) return parsed.data;
        throw new BailiwickError(
          'config-invalid',
          `field catalog ${file} is wrong — ${z.prettifyError(parsed.error)}`,
        );
      });
    return new FieldCatalog(objects);
  }

  /** The listed fields of an object; none for an object that is not listed. */
  fieldsOf(object: string): ReadonlyMap<string, CatalogField> {
    return this.#objects.get(object) ?? new Map();
  }
}
