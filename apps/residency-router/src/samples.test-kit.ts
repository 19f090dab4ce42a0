import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CellSpec, Purpose, ResidencyProfile, purposeKey } from '@bailiwick/domain';
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

/** Publishes a heartbeat of the control-plane. */
export const beat = (cell: TestCell, at = Date.now()): Promise<void> =>
  cell.publish('heartbeat', 'control-plane', { at: new Date(at).toISOString() });

/** Publishes the sample tenants, purposes and pools of all cells to one cell. */
export async function publishSamples(cell: TestCell, mesh: TestMesh): Promise<void> {
  for (const tenant of ['atlas', 'harbor', 'nordlicht', 'pending'])
    await cell.publish('profile', tenant, profileOf(tenant));
  for (const file of readdirSync(join(INFRA, 'purposes'))) {
    const { tenants, purpose } = z
      .object({ tenants: z.array(z.string()), purpose: z.looseObject({}) })
      .parse(readYaml(`purposes/${file}`));
    for (const tenant of tenants) {
      const body = Purpose.parse({ ...purpose, tenant });
      await cell.publish('purpose', purposeKey(tenant, body.id), body);
    }
  }
  for (const { spec } of mesh.cells)
    for (const pool of spec.pools) {
      const { publicKey } = await mesh.keys.pool(spec.region, pool.id);
      const { region, jurisdiction } = spec;
      await cell.publish('pool', pool.id, { ...pool, region, jurisdiction, publicKey });
    }
  await beat(cell);
}
