import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { REPOSITORY } from '@bailiwick/stack';

/**
 * Seeds for a mesh of one cell: its jurisdiction, the catalog, some tenants and one purpose of theirs. The full seed names
 * cells and models that such a mesh lacks, and the control-plane would rightly refuse it.
 */
export async function benchSeed(
  folder: string,
  region: string,
  tenants: readonly string[],
  purpose: string,
): Promise<string> {
  const infra = join(REPOSITORY, 'infra');
  const seed = join(folder, 'seed');
  for (const name of ['jurisdictions', 'tenants', 'purposes'])
    await mkdir(join(seed, name), { recursive: true });
  await cp(join(infra, 'catalog'), join(seed, 'catalog'), { recursive: true });
  for (const file of [`jurisdictions/${region}.yaml`, ...tenants.map((tenant) => `tenants/${tenant}.yaml`)])
    await cp(join(infra, file), join(seed, file));
  const text = await readFile(join(infra, 'purposes', `${purpose}.yaml`), 'utf8');
  await writeFile(
    join(seed, 'purposes', `${purpose}.yaml`),
    text.replace(/^tenants: .*$/m, `tenants: [${tenants.join(', ')}]`),
  );
  return seed;
}
