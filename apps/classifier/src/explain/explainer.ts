import type { ClassifyResponse } from '@bailiwick/contracts';
import { JsonObject, purposeKey } from '@bailiwick/domain';
import type { ControlReader } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import type { FieldCatalog } from '../catalog/field-catalog.js';
import { UnknownEntityInPurpose, type Detectors } from '../classify/detectors.js';
import { explainRecord } from './explain-record.js';

/** What an administrator asks about. */
export interface Question {
  readonly tenant: string;
  readonly purpose: string;
  readonly object: string;
  readonly fields: unknown;
}

/** Explains records for published purposes. It has neither custody nor a log, so it can keep nothing of them. */
export class Explainer {
  constructor(
    private readonly control: Pick<ControlReader, 'ready' | 'get'>,
    private readonly catalog: FieldCatalog,
    private readonly detectors: Pick<Detectors, 'of'>,
  ) {}

  /** Throws `control-not-ready`, `purpose-unknown`, `config-invalid` or `record-undecodable`. */
  explain({ tenant, purpose: id, object, fields }: Question): ClassifyResponse {
    if (!this.control.ready)
      throw new BailiwickError('control-not-ready', 'the control topics have not been read to their end yet');
    const purpose = this.control.get('purpose', purposeKey(tenant, id));
    if (purpose?.object !== object)
      throw new BailiwickError('purpose-unknown', 'the tenant has no such purpose for this object');
    const record = JsonObject.safeParse(fields);
    if (!record.success)
      throw new BailiwickError('record-undecodable', 'the content is not a JSON object of fields');
    try {
      return explainRecord(record.data, this.catalog.fieldsOf(object), purpose, this.detectors.of(purpose));
    } catch (thrown) {
      if (thrown instanceof UnknownEntityInPurpose)
        throw new BailiwickError('config-invalid', thrown.message);
      throw thrown;
    }
  }
}
