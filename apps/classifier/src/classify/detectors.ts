import { UnknownEntity, createDetector, type Detector } from '@bailiwick/detect';
import type { Purpose } from '@bailiwick/domain';
import type { PurposeDetectors } from './classify-record.js';

/** A purpose looks for an entity that no recogniser finds. */
export class UnknownEntityInPurpose extends Error {
  override readonly name = 'UnknownEntityInPurpose';
  constructor({ tenant, id }: Pick<Purpose, 'tenant' | 'id'>, entity: string) {
    super(`purpose ${tenant}/${id} looks for ${entity}, which no recogniser finds`);
  }
}

/** The detectors of purposes, each made once per published version and not per record. */
export class Detectors {
  /** Finds whatever a value may be, whatever a purpose looks for. */
  readonly everything: Detector;
  readonly #ofPurpose = new WeakMap<Purpose, PurposeDetectors>();

  /** Countries whose numbers are looked for where a purpose says nothing; all when undefined. */
  constructor(private readonly countries?: readonly string[]) {
    this.everything = createDetector(countries ? { countries } : {});
  }

  /** Throws `UnknownEntityInPurpose`. */
  of(purpose: Purpose): PurposeDetectors {
    const known = this.#ofPurpose.get(purpose);
    if (known) return known;
    const made = { inText: this.#inText(purpose), everything: this.everything };
    this.#ofPurpose.set(purpose, made);
    return made;
  }

  #inText(purpose: Purpose): Detector {
    const { detection } = purpose;
    if (!detection) return this.everything;
    try {
      // Zod says «or undefined» of what is left out; the settings' type wants it left out.
      const settings = Object.fromEntries(
        Object.entries(detection).filter(([, value]) => value !== undefined),
      );
      return createDetector({ ...(this.countries && { countries: this.countries }), ...settings });
    } catch (thrown) {
      if (thrown instanceof UnknownEntity) throw new UnknownEntityInPurpose(purpose, thrown.entity);
      throw thrown;
    }
  }
}
