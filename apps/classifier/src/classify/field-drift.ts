import { DriftWatch, type Detector } from '@bailiwick/detect';
import type { JsonObject } from '@bailiwick/domain';
import type { CatalogField } from '@bailiwick/domain';
import { recordFields } from './record-field.js';

/** One record of so many is looked at: drift is a matter of shares, and looking costs as much as classifying. */
const EVERY = 8;
/** Tenants and objects that are watched at once; the one that was seen longest ago is forgotten first. */
const WATCHED = 2000;

/** A listed field that has begun to hold something else. */
export interface Drift {
  readonly field: string;
  /** What it holds now. */
  readonly entity: string;
}

/**
 * Watches the listed fields of each tenant's objects for values that the catalog does not expect of them. Free text is not watched,
 * nor what is not listed: the one may hold anything, the other counts as the most restrictive already.
 */
export class FieldDrift {
  readonly #watches = new Map<string, DriftWatch>();
  #seen = 0;

  /** `everything` finds whatever a value may be; `every` looks at one record of so many. */
  constructor(
    private readonly everything: Detector,
    private readonly every = EVERY,
  ) {}

  /** Fields that this record shows to have drifted; each is told once, until it is over. */
  note(
    tenant: string,
    object: string,
    record: JsonObject,
    catalog: ReadonlyMap<string, CatalogField>,
  ): readonly Drift[] {
    if (this.#seen++ % this.every !== 0) return [];
    const watch = this.#watchOf(`${tenant}/${object}`);
    return recordFields(record).flatMap(({ name, values }) => {
      const listed = catalog.get(name);
      if (!listed || listed.category === 'free-text') return [];
      return values
        .filter((value) => typeof value === 'string')
        .map((value) => watch.note(name, listed.entity ?? null, value, this.everything(value, [])))
        .filter((entity) => entity !== null)
        .map((entity) => ({ field: name, entity }));
    });
  }

  #watchOf(key: string): DriftWatch {
    const watch = this.#watches.get(key) ?? new DriftWatch();
    this.#watches.delete(key);
    this.#watches.set(key, watch);
    const [oldest] = this.#watches.keys();
    if (this.#watches.size > WATCHED && oldest !== undefined) this.#watches.delete(oldest);
    return watch;
  }
}
