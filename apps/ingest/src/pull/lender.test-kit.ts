import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { controlPlane } from '@bailiwick/control-plane';
import { runService, type RunningService } from '@bailiwick/platform';
import type { TestMesh } from '@bailiwick/testing';

const INFRA = join(import.meta.dirname, '..', '..', '..', '..', 'infra');

/** How a tenant's org is logged in to, and the file of the key. */
export interface LoginOf {
  readonly tenant: string;
  readonly terms: object;
  readonly keyFile: string;
}

/**
 * The real control-plane as the credential service of one cell. It reaches no broker of it, so what the cell is told is the test's
 * own to say.
 */
export async function startLender(
  mesh: TestMesh,
  folder: string,
  logins: readonly LoginOf[],
): Promise<{ readonly url: string; readonly service: RunningService }> {
  const seed = join(folder, 'seed');
  for (const name of ['jurisdictions', 'tenants', 'purposes'])
    await mkdir(join(seed, name), { recursive: true });
  await cp(join(INFRA, 'catalog'), join(seed, 'catalog'), { recursive: true });
  const tenants = logins.map(({ tenant }) => tenant);
  for (const file of ['jurisdictions/eu-central.yaml', ...tenants.map((tenant) => `tenants/${tenant}.yaml`)])
    await cp(join(INFRA, file), join(seed, file));
  const triage = await readFile(join(INFRA, 'purposes', 'case-triage.yaml'), 'utf8');
  await writeFile(
    join(seed, 'purposes', 'case-triage.yaml'),
    triage.replace(/^tenants: .*$/m, `tenants: [${tenants.join(', ')}]`),
  );
  const env = await mesh.controlPlaneEnvironment();
  const cellsFile = env['BAILIWICK_CELLS_FILE'] ?? '';
  const cells = JSON.parse(await readFile(cellsFile, 'utf8')) as readonly object[];
  await writeFile(cellsFile, JSON.stringify(cells.map((cell) => ({ ...cell, brokers: ['127.0.0.1:1'] }))));
  await writeFile(join(folder, 'people.json'), '[]');
  const founding = logins.map(({ tenant, terms, keyFile }) => ({ tenant, name: 'crm', ...terms, keyFile }));
  await writeFile(join(folder, 'logins.json'), JSON.stringify(founding));
  let url = '';
  const service = await runService(
    controlPlane(
      {
        ...env,
        BAILIWICK_OIDC_ISSUER: 'http://127.0.0.1:1',
        BAILIWICK_SEED_DIR: seed,
        BAILIWICK_PEOPLE_FILE: join(folder, 'people.json'),
        BAILIWICK_CRM_LOGINS_FILE: join(folder, 'logins.json'),
        BAILIWICK_LOG_LEVEL: 'fatal',
      },
      { servingCells: (at) => (url = at) },
    ),
  );
  return { url, service };
}
