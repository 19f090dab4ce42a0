import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CellSpec, Purpose, ResidencyProfile, purposeKey, type Pool } from '@bailiwick/domain';
import type { TestCell, TestMesh } from '@bailiwick/testing';
import { parse } from 'yaml';
import { z } from 'zod';

const INFRA = join(import.meta.dirname, '../../../infra');
const readYaml = (path: string): unknown => parse(readFileSync(join(INFRA, path), 'utf8'));

/** Spec of a sample cell. */
export const specOf = (region: string): CellSpec => CellSpec.parse(readYaml(`jurisdictions/${region}.yaml`));
const Tenant = z.object({
  profile: z.looseObject({ tenant: z.string() }),
  acknowledgement: z.object({ by: z.string(), at: z.string(), text: z.string() }).nullable(),
});

/** Residency profile of a sample tenant. */
export function profileOf(tenant: string): ResidencyProfile {
  const { profile, acknowledgement } = Tenant.parse(readYaml(`tenants/${tenant}.yaml`));
  // The control-plane keeps these two to itself.
  const { retention: _, incidentContacts: __, ...published } = profile;
  return ResidencyProfile.parse({
    ...published,
    acknowledgement: acknowledgement && {
      by: acknowledgement.by,
      at: acknowledgement.at,
      textDigest: createHash('sha256').update(acknowledgement.text).digest('hex'),
    },
  });
}

const PurposeFile = z.object({ tenants: z.array(z.string()), purpose: z.looseObject({}) });

function purposesIn(file: string): readonly Purpose[] {
  const { tenants, purpose } = PurposeFile.parse(readYaml(`purposes/${file}`));
  return tenants.map((tenant) => Purpose.parse({ ...purpose, tenant }));
}

/** A purpose of a sample tenant. */
export function purposeOf(tenant: string, id: string): Purpose {
  const found = purposesIn(`${id}.yaml`).find((purpose) => purpose.tenant === tenant);
  if (!found) throw new Error(`${tenant} has no sample purpose ${id}`);
  return found;
}

/** A pool as it is published to every cell. */
export async function poolOf(mesh: TestMesh, id: string): Promise<Pool> {
  for (const { spec } of mesh.cells)
    for (const pool of spec.pools) {
      const { region, jurisdiction } = spec;
      if (pool.id === id)
        return { ...pool, region, jurisdiction, publicKey: (await mesh.keys.pool(region, id)).publicKey };
    }
  throw new Error(`there is no pool ${id}`);
}

/** Publishes a heartbeat of the control-plane. */
export const beat = (cell: TestCell, at = Date.now()): Promise<void> =>
  cell.publish('heartbeat', 'control-plane', { at: new Date(at).toISOString() });

/** Publishes the sample tenants, purposes and pools of all cells to one cell. */
export async function publishSamples(cell: TestCell, mesh: TestMesh): Promise<void> {
  for (const tenant of ['atlas', 'harbor', 'nordlicht', 'pending'])
    await cell.publish('profile', tenant, profileOf(tenant));
  for (const file of readdirSync(join(INFRA, 'purposes')))
    for (const body of purposesIn(file))
      await cell.publish('purpose', purposeKey(body.tenant, body.id), body);
  for (const { spec } of mesh.cells)
    for (const { id } of spec.pools) await cell.publish('pool', id, await poolOf(mesh, id));
  await beat(cell);
}
