import type { CellEndpoints, Pool, Purpose, ResidencyProfile } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import type { CellPublisher } from '../publish/cell-publisher.js';
import type { Seed } from '../seed/seed.js';

/** A tenant as the control-plane shows it. */
export interface TenantView extends ResidencyProfile {
  /** False: everything of the tenant is refused in every cell. */
  readonly acknowledged: boolean;
}

/** A cell as the control-plane shows it. */
export interface CellView extends CellEndpoints {
  readonly pools: readonly Omit<Pool, 'jurisdiction' | 'region'>[];
  /** True when the cell holds everything the control-plane says. */
  readonly published: boolean;
}

/** What the control-plane says, for people and programs that ask. */
export class ControlState {
  constructor(
    private readonly seed: Seed,
    private readonly publishers: readonly CellPublisher[],
  ) {}

  tenants(): readonly TenantView[] {
    return this.seed.profiles.map((profile) => ({
      ...profile,
      acknowledged: profile.acknowledgement !== null,
    }));
  }

  /** Throws `tenant-not-found`. */
  tenant(name: string): TenantView {
    const found = this.tenants().find(({ tenant }) => tenant === name);
    if (!found)
      throw new BailiwickError('tenant-not-found', 'the control-plane knows no tenant of this name');
    return found;
  }

  purposes(): readonly Purpose[] {
    return this.seed.purposes;
  }

  cells(): readonly CellView[] {
    return this.seed.cells.map(({ endpoints, pools }) => ({
      ...endpoints,
      pools: pools.map(({ id, dedicatedTo, models, publicKey }) => ({ id, dedicatedTo, models, publicKey })),
      published: this.publishers.some(({ region, published }) => region === endpoints.region && published),
    }));
  }
}
