import type { Detector, Identity } from '@bailiwick/detect';
import { highestSensitivity, type JsonObject, type Purpose, type Sensitivity } from '@bailiwick/domain';
import type { FieldLabel } from '@bailiwick/contracts';
import type { CatalogField } from '@bailiwick/domain';
import { effectiveSensitivity, labelOf } from './field-label.js';
import { minimise, type Pseudonym } from './minimise.js';
import { publicNames } from './public-name.js';
import { recordFields, type RecordField, type Scalar } from './record-field.js';
import { subjectJurisdiction, type JurisdictionsOf } from './subject-jurisdiction.js';

/** How personal data is looked for. */
export interface PurposeDetectors {
  /** In the text of fields that the purpose keeps: as the purpose says. */
  readonly inText: Detector;
  /** In names and values of fields that nobody lists: everything, whatever a purpose looks for. */
  readonly everything: Detector;
}

/** What classifying needs to know beside the record. */
export interface ClassifyContext {
  readonly catalog: ReadonlyMap<string, CatalogField>;
  readonly purpose: Purpose;
  readonly detectors: PurposeDetectors;
  readonly pseudonym: Pseudonym;
  readonly jurisdictionsOf: JurisdictionsOf;
}

/** A record labelled and minimised. */
export interface ClassifiedRecord {
  /** What is left, flat: dotted names. */
  readonly fields: JsonObject;
  /** Every field of the record, those that were dropped too. */
  readonly labels: readonly FieldLabel[];
  /** Among the fields of which something is left, after their action. */
  readonly highestSensitivity: Sensitivity;
  /** Among the fields of which something is left, sorted. */
  readonly categories: readonly string[];
  /** Whose law the data subject is under; undefined when no field of the object says it. */
  readonly subjectJurisdiction: string | undefined;
}

/** Labels every field of a record and keeps what its purpose allows. */
export function classifyRecord(record: JsonObject, context: ClassifyContext): ClassifiedRecord {
  const { catalog, purpose, detectors, pseudonym } = context;
  const fields = recordFields(record);
  const identities = identitiesOf(fields, catalog);
  const find = (text: string) => detectors.inText(text, identities);
  const findAny = (text: string) => detectors.everything(text, identities);
  const names = publicNames(
    fields.map(({ name }) => name),
    (name) => catalog.has(name),
    (name) => findAny(name).length > 0,
  );

  const left: Record<string, Scalar | readonly Scalar[]> = Object.create(null) as Record<string, Scalar>;
  const labels: FieldLabel[] = [];
  const sensitivities: Sensitivity[] = [];
  const categories = new Set<string>();
  for (const field of fields) {
    const listed = catalog.get(field.name);
    const label = labelOf(listed, () => field.values.flatMap((value) => findAny(String(value))));
    const rule = Object.hasOwn(purpose.fields, field.name) ? purpose.fields[field.name] : undefined;
    const minimised = minimise(field, { listed, rule, find, pseudonym });
    labels.push({
      ...label,
      name: names.get(field.name) ?? '',
      regulations: [...label.regulations],
      action: minimised.action,
      entities: { ...minimised.entities },
    });
    const value = valueOf(field, minimised.values);
    if (value === undefined) continue;
    left[field.name] = value;
    sensitivities.push(effectiveSensitivity(label.sensitivity, minimised.action));
    categories.add(label.category);
  }
  return {
    fields: left,
    labels,
    highestSensitivity: highestSensitivity(sensitivities),
    categories: [...categories].toSorted(),
    subjectJurisdiction: subjectJurisdiction(fields, catalog, context.jurisdictionsOf),
  };
}

/** What the record's listed fields say of whom it is about: exactly these are looked for in its texts. */
export const identitiesOf = (
  fields: readonly RecordField[],
  catalog: ReadonlyMap<string, CatalogField>,
): readonly Identity[] =>
  fields.flatMap(({ name, values }) => {
    const entity = catalog.get(name)?.entity;
    return entity === undefined ? [] : values.map((value) => ({ entity, value: String(value) }));
  });

const valueOf = ({ list }: RecordField, values: readonly Scalar[]): Scalar | readonly Scalar[] | undefined =>
  list && values.length > 0 ? values : values[0];
