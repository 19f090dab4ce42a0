import { purposeKey, type CatalogField, type FieldCatalog, type Purpose } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import type { PurposeDetectors } from '../classify/classify-record.js';
import { UnknownEntityInPurpose, type Detectors } from '../classify/detectors.js';
import type { JurisdictionsOf } from '../classify/subject-jurisdiction.js';

/** What a record is classified by, all of it as it was published last. */
export interface Rules {
  readonly purpose: Purpose;
  /** Fields that the catalog lists for the object, by dotted name. */
  readonly listed: ReadonlyMap<string, CatalogField>;
  readonly catalogVersion: number;
  readonly detectors: PurposeDetectors;
  readonly jurisdictionsOf: JurisdictionsOf;
}

/** Names of what the rules are asked for. */
export interface RulesQuestion {
  readonly tenant: string;
  readonly purpose: string;
  readonly object: string;
}

/** The part of the control reader that the rules need. */
export type RulesSource = Pick<ControlReader, 'ready' | 'asOf' | 'get' | 'all'>;

/** Finds the rules of records in what the control-plane has published. A version holds as a whole or not at all. */
export class PublishedRules {
  readonly #listed = new WeakMap<FieldCatalog, ReadonlyMap<string, CatalogField>>();

  constructor(
    private readonly control: RulesSource,
    private readonly detectors: Pick<Detectors, 'of'>,
    private readonly staleAfterMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Throws `control-not-ready`, which passes; and what keeps a record until somebody does something: `control-stale`,
   * `purpose-unknown`, `catalog-unknown`, `config-invalid`.
   */
  of({ tenant, purpose: id, object }: RulesQuestion): Rules {
    const { control } = this;
    if (!control.ready)
      throw new BailiwickError('control-not-ready', 'the control topics have not been read to their end yet');
    // An age far in the future means that a clock is wrong.
    if (Math.abs(this.now() - control.asOf) > this.staleAfterMs)
      throw new BailiwickError(
        'control-stale',
        'the control topics have not been confirmed within the limit',
      );
    const purpose = control.get('purpose', purposeKey(tenant, id));
    if (purpose?.object !== object)
      throw new BailiwickError(
        'purpose-unknown',
        'the tenant has no such purpose for this object; publish it, then release',
      );
    const catalog = control.get('catalog', object);
    if (!catalog)
      throw new BailiwickError(
        'catalog-unknown',
        `no field catalog of ${object} is published; publish it, then release`,
      );
    return {
      purpose,
      listed: this.#listedIn(catalog),
      catalogVersion: catalog.version,
      detectors: this.#detectorsOf(purpose),
      jurisdictionsOf: (country) =>
        control
          .all('jurisdiction')
          .filter(({ countries }) => countries.includes(country))
          .map(({ jurisdiction }) => jurisdiction),
    };
  }

  #listedIn(catalog: FieldCatalog): ReadonlyMap<string, CatalogField> {
    const listed = this.#listed.get(catalog) ?? new Map(Object.entries(catalog.fields));
    this.#listed.set(catalog, listed);
    return listed;
  }

  #detectorsOf(purpose: Purpose): PurposeDetectors {
    try {
      return this.detectors.of(purpose);
    } catch (thrown) {
      if (!(thrown instanceof UnknownEntityInPurpose)) throw thrown;
      throw new BailiwickError('config-invalid', `${thrown.message}; publish it anew, then release`);
    }
  }
}
