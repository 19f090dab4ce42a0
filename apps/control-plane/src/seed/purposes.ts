import { Purpose, purposeKey, type Category, type Pool, type ResidencyProfile } from '@bailiwick/domain';
import { z } from 'zod';
import type { FieldCatalog } from './field-catalog.js';
import { readSeedFolder } from './seed-folder.js';
import type { SeedProblems } from './seed-problems.js';

/** A purpose's file: one purpose, the same for each of the tenants named. */
const PurposeFile = z.strictObject({
  tenants: z.array(z.string().min(1)).min(1),
  purpose: Purpose.omit({ tenant: true }),
});
type PurposeWithoutTenant = z.infer<typeof PurposeFile>['purpose'];

/** Says what is wrong at a path of one purpose. */
type Complain = (path: string, problem: string) => void;

const PLACEHOLDER = /\{\{([^}]*)\}\}/g;

function checkFields(
  purpose: PurposeWithoutTenant,
  known: ReadonlyMap<string, Category>,
  complain: Complain,
): void {
  for (const [field, { action, inText, generalise }] of Object.entries(purpose.fields)) {
    const category = known.get(field);
    const path = `purpose.fields.${field}`;
    if (category === undefined) complain(path, `the catalog of ${purpose.object} does not know this field`);
    if (category === 'free-text' && action === 'keep' && inText === undefined)
      complain(path, 'holds free text: `inText` must say what is done with personal data in it');
    if (action === 'generalise' && generalise === undefined)
      complain(path, '`generalise` must say how: year, area or band');
  }
  purpose.prompt.lines.forEach(({ field }, index) => {
    if (!(field in purpose.fields))
      complain(`purpose.prompt.lines.${index}.field`, `the purpose does not name field ${field}`);
  });
}

function checkOutput({ fields, output, writeback }: PurposeWithoutTenant, complain: Complain): void {
  const properties = z.record(z.string(), z.unknown()).safeParse(output.schema['properties']);
  if (!properties.success) {
    complain('purpose.output.schema.properties', 'the answer must be an object with named fields');
    return;
  }
  const answers = properties.data;
  output.facets.forEach((facet, index) => {
    if (!(facet in answers)) complain(`purpose.output.facets.${index}`, `the answer has no field ${facet}`);
  });
  for (const [name, { from, templates }] of Object.entries(output.renderings)) {
    const path = `purpose.output.renderings.${name}`;
    if (!(from in answers)) complain(`${path}.from`, `the answer has no field ${from}`);
    for (const [value, template] of Object.entries(templates))
      for (const [, field = ''] of template.matchAll(PLACEHOLDER))
        if (!(field in fields))
          complain(`${path}.templates.${value}`, `the purpose does not name field ${field}`);
  }
  for (const [field, source] of Object.entries(writeback.mapping)) {
    const [kind, name = ''] = source.split('.');
    if (!(name in (kind === 'output' ? answers : output.renderings)))
      complain(`purpose.writeback.mapping.${field}`, `there is no ${source}`);
  }
}

/** Reads `purposes/`: one purpose for each tenant of each file. What a purpose names must exist. */
export function readPurposes(
  seedDir: string,
  catalog: FieldCatalog,
  profiles: readonly ResidencyProfile[],
  pools: readonly Pool[],
  problems: SeedProblems,
): readonly Purpose[] {
  const tenants = new Set(profiles.map(({ tenant }) => tenant));
  const models = new Set(pools.flatMap((pool) => pool.models));
  const seen = new Map<string, string>();
  return readSeedFolder(seedDir, 'purposes', PurposeFile, problems).flatMap(({ file, value }) => {
    const { purpose } = value;
    const complain: Complain = (path, problem) => problems.add(file, path, problem);
    const known = catalog.get(purpose.object);
    if (known) checkFields(purpose, known, complain);
    else complain('purpose.object', `no catalog describes ${purpose.object}`);
    checkOutput(purpose, complain);
    if (!models.has(purpose.model.alias))
      complain('purpose.model.alias', `no pool serves ${purpose.model.alias}`);
    return value.tenants.map((tenant, index) => {
      const key = purposeKey(tenant, purpose.id);
      const first = seen.get(key);
      if (!tenants.has(tenant)) complain(`tenants.${index}`, `no file describes tenant ${tenant}`);
      if (first !== undefined) complain('purpose.id', `${first} already has ${key}`);
      seen.set(key, file);
      return { ...purpose, tenant };
    });
  });
}
