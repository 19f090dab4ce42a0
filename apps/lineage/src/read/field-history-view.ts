import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);

/** As what a pool was given a field: `kept-in-part` is a kept text in which what was found was replaced or left out. */
export const Given = z.enum(['kept', 'kept-in-part', 'masked', 'pseudonym', 'generalised', 'nothing']);
export type Given = z.infer<typeof Given>;

const Crossing = z
  .object({
    at: text,
    fromJurisdiction: text,
    toJurisdiction: text,
    basis: text.describe('Transfer basis (GDPR 45-49).'),
    receiptDigest: text.nullable(),
  })
  .meta({ id: 'Crossing' });

/** One field of a record; never its value. */
const TracedField = z
  .object({
    name: text,
    category: text,
    sensitivity: text,
    labelledBy: text.describe('What decided the label: catalog, detector, identity, unknown.'),
    found: z.record(text, count).describe('Kinds of what was found in its text and acted on, and how often.'),
    action: text.describe('What the purpose did with it.'),
    lay: text.describe('Where its value lay once it was classified, and by whose key it opens.'),
    given: Given.describe('As what the pool was given it.'),
    crossed: z
      .array(Crossing)
      .describe('Borders of jurisdictions that it crossed, by what the checkpoint saw leave.'),
  })
  .meta({ id: 'TracedField' });
export type TracedField = z.infer<typeof TracedField>;

const TracedDecision = z
  .object({
    outcome: text,
    reasons: z.array(text),
    at: text,
    fromJurisdiction: text,
    toJurisdiction: text,
    pool: text,
    transferBasis: text,
    profileVersion: count,
    policyDigest: text,
    receiptDigest: text.nullable().describe('SHA-256 of the decision receipt, hexadecimal.'),
  })
  .meta({ id: 'TracedDecision' });
export type TracedDecision = z.infer<typeof TracedDecision>;

/** What is recorded of each field of one record, in one cell. */
export const FieldHistory = z
  .object({
    eventId: text,
    tenant: text,
    purpose: text,
    object: text,
    classifiedIn: z
      .object({ region: text, jurisdiction: text })
      .nullable()
      .describe('Where the values lay sealed, and whose law that is; null in a cell that the record visits.'),
    purposeVersion: count.nullable(),
    catalogVersion: count.nullable(),
    digest: text
      .nullable()
      .describe('Salted digest of the exact minimised bytes, hexadecimal: what was decided on and answered.'),
    decision: TracedDecision.nullable().describe('The one that counts: on what was answered, or the last.'),
    fields: z.array(TracedField),
    answer: z
      .object({
        pool: text,
        model: text,
        outputFields: z.array(text).describe('Members of the answer; empty where another cell answered.'),
        drewOn: z
          .array(text)
          .describe('Fields that the pool was given, all of them: no answer draws on another.'),
      })
      .nullable(),
    writtenBack: z
      .object({ at: text, target: text, object: text, fields: z.array(text), restored: count })
      .nullable(),
    notTold: z.array(text).describe('What the facts of this cell do not say.'),
  })
  .meta({ id: 'FieldHistory' });
export type FieldHistory = z.infer<typeof FieldHistory>;
