import type { ControlBody, ControlKind } from '@bailiwick/domain';
import { purposeKey } from '@bailiwick/domain';
import type { Seed } from '../seed/seed.js';

/** One thing that every cell is told; signing and numbering make a control entry of it. */
export interface Statement {
  readonly kind: ControlKind;
  /** Tenant, `tenant/purpose`, pool, region or `control-plane`. */
  readonly id: string;
  readonly body: ControlBody<ControlKind>;
}

/** Everything the seed says, cells and pools first, so that a reader can place what follows. */
export function statementsOf(seed: Seed): readonly Statement[] {
  return [
    ...seed.cells.map(({ endpoints }): Statement => ({
      kind: 'cell',
      id: endpoints.region,
      body: endpoints,
    })),
    ...seed.cells.flatMap(({ pools }) =>
      pools.map((pool): Statement => ({ kind: 'pool', id: pool.id, body: pool })),
    ),
    ...seed.profiles.map((profile): Statement => ({ kind: 'profile', id: profile.tenant, body: profile })),
    ...seed.purposes.map((purpose): Statement => ({
      kind: 'purpose',
      id: purposeKey(purpose.tenant, purpose.id),
      body: purpose,
    })),
  ];
}

/** «I live»: what cells measure the age of their policy by. */
export const heartbeat = (now: number): Statement => ({
  kind: 'heartbeat',
  id: 'control-plane',
  body: { at: new Date(now).toISOString() },
});
