import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';

/** One thing as a file says it is to be. */
export interface FileThing {
  readonly file: string;
  /** Tenant, or null for pools and catalogs. */
  readonly tenant: string | null;
  readonly kind: 'profile' | 'purpose' | 'policy' | 'pool' | 'catalog' | 'connection';
  readonly id: string;
  /** What it says, without its name and version, which the control-plane gives. */
  readonly terms: Readonly<Record<string, unknown>>;
}

const Terms = z.record(z.string(), z.unknown());
const name = z.string().min(1);

/** A tenant's file. Its acknowledgement is not applied: that is a person's to give. */
const TenantFile = z.strictObject({
  profile: z.looseObject({ tenant: name }),
  acknowledgement: z.unknown().optional(),
});
const PurposeFile = z.strictObject({
  tenants: z.array(name).min(1),
  purpose: z.looseObject({ id: name }),
});
const PolicyFile = z.strictObject({ policy: z.strictObject({ tenant: name, text: z.string() }) });
const ConnectionFile = z.strictObject({ connection: z.looseObject({ tenant: name, id: name }) });
const CatalogFile = z.strictObject({ object: name, fields: Terms });
const CellFile = z.looseObject({
  region: name,
  jurisdiction: name,
  pools: z.array(z.looseObject({ id: name })),
});

/** What each form of file says, in the order in which they are tried. */
const FORMS = [
  TenantFile.transform(({ profile }) => {
    const { tenant, version: _, ...terms } = profile;
    return [{ tenant, kind: 'profile' as const, id: tenant, terms }];
  }),
  PurposeFile.transform(({ tenants, purpose }) => {
    const { id, version: _, ...terms } = purpose;
    return tenants.map((tenant) => ({ tenant, kind: 'purpose' as const, id, terms }));
  }),
  PolicyFile.transform(({ policy: { tenant, text } }) => [
    { tenant, kind: 'policy' as const, id: tenant, terms: { text } },
  ]),
  ConnectionFile.transform(({ connection: { tenant, id, ...terms } }) => [
    { tenant, kind: 'connection' as const, id, terms },
  ]),
  CatalogFile.transform(({ object, fields }) => [
    { tenant: null, kind: 'catalog' as const, id: object, terms: { fields } },
  ]),
  CellFile.transform(({ region, jurisdiction, pools }) =>
    pools.map(({ id, ...pool }) => ({
      tenant: null,
      kind: 'pool' as const,
      id,
      terms: { ...pool, region, jurisdiction },
    })),
  ),
] as const;

/** Reads what one YAML text says. Throws a usage error for a form that is none of the formats of `infra/`. */
export function thingsOf(file: string, text: string): readonly FileThing[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) throw new CliError(EXIT.usage, `${file} is not YAML`);
    const value: unknown = document.toJS();
    for (const form of FORMS) {
      const parsed = form.safeParse(value);
      if (parsed.success) return parsed.data.map((thing): FileThing => ({ file, ...thing }));
    }
    throw new CliError(
      EXIT.usage,
      `${file} is no file of a tenant, purpose, policy, catalog, connection or cell, as the folders of infra/ hold them`,
    );
  });
}

/** Folders of `infra/` that hold things which change by request. */
const FOLDERS = ['tenants', 'purposes', 'policies', 'catalog', 'jurisdictions'];

/** YAML files of a folder; of a folder that is laid out as `infra/` those of its folders, and nothing deeper. */
function filesIn(folder: string): readonly string[] {
  const inner = readdirSync(folder, { withFileTypes: true });
  const laidOut = inner.filter((entry) => entry.isDirectory() && FOLDERS.includes(entry.name));
  if (laidOut.length > 0) return laidOut.flatMap(({ name }) => yamlIn(join(folder, name)));
  return yamlIn(folder);
}

const yamlIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => join(folder, name));

/** Reads a file, or the YAML files of a folder. */
export function readThings(path: string): readonly FileThing[] {
  try {
    const files = statSync(path).isDirectory() ? filesIn(path) : [path];
    return files.flatMap((file) => thingsOf(file, readFileSync(file, 'utf8')));
  } catch (thrown) {
    if (thrown instanceof CliError) throw thrown;
    throw new CliError(EXIT.usage, `${path} cannot be read`);
  }
}
