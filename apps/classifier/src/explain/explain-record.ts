import type { ClassifyResponse, ExplainedField } from '@bailiwick/contracts';
import type { JsonObject } from '@bailiwick/domain';
import { classifyRecord, identitiesOf } from '../classify/classify-record.js';
import { recordFields } from '../classify/record-field.js';
import type { Rules } from '../rules/rules.js';

/** Stands where a pseudonym would: making a real one would write keys and entries of the tenant. */
const standIn = (entity: string): string => `⟦${entity}·…⟧`;

/**
 * What would be kept of a record for a purpose, and why. The same code decides as for a record that is received; only
 * pseudonyms are stand-ins. Findings are those of the purpose's own detector, and for a field that nobody lists those
 * that its label rests on.
 */
export function explainRecord(
  record: JsonObject,
  { purpose, listed: catalog, catalogVersion, detectors, jurisdictionsOf }: Rules,
): ClassifyResponse {
  const { fields, labels, highestSensitivity, categories, subjectJurisdiction } = classifyRecord(record, {
    catalog,
    purpose,
    detectors,
    pseudonym: standIn,
    jurisdictionsOf,
  });
  const ofRecord = recordFields(record);
  const identities = identitiesOf(ofRecord, catalog);
  return {
    purposeVersion: purpose.version,
    catalogVersion,
    fields: ofRecord.map(({ name, values }, index): ExplainedField => {
      const {
        category = '',
        sensitivity = '',
        regulations = [],
        basis = '',
        action = '',
      } = labels[index] ?? {};
      const find = catalog.has(name) ? detectors.inText : detectors.everything;
      const left = Object.hasOwn(fields, name) ? JSON.stringify(fields[name]) : '';
      return {
        // The record's own name: who asks knows it.
        name,
        category,
        sensitivity,
        regulations,
        basis,
        action,
        keptJson: left,
        findings: values.flatMap((value, at) =>
          find(String(value), identities).map(({ start, end, entity, score, recogniser, evidence }) => ({
            value: at,
            start,
            end,
            entity,
            score,
            recognizer: recogniser,
            evidence: [...evidence],
          })),
        ),
      };
    }),
    highestSensitivity,
    categories: [...categories],
    subjectJurisdiction,
  };
}
