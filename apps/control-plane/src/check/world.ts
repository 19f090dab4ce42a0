import type { CatalogTerms, PoolTerms } from '../terms/thing.js';

/** What a thing is checked against: everything else as it would be together with it. */
export interface World {
  /** Jurisdiction of a region in which a cell runs. */
  readonly jurisdictionOf: (region: string) => string | undefined;
  readonly catalog: (object: string) => CatalogTerms | undefined;
  readonly pools: readonly PoolTerms[];
  /** Names of what the detectors find. */
  readonly entities: ReadonlySet<string>;
}
