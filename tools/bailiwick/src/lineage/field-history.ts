import { z } from 'zod';
import type { StackCell } from '../stack/stack-file.js';
import { askAll, askCell, type Answers } from './lineage-api.js';

const text = z.string();

/** What is recorded of each field of one record in one cell, as lineage says it. */
export const FieldHistory = z.object({
  eventId: text,
  tenant: text,
  purpose: text,
  object: text,
  classifiedIn: z.object({ region: text, jurisdiction: text }).nullable(),
  purposeVersion: z.number().nullable(),
  catalogVersion: z.number().nullable(),
  decision: z
    .object({
      outcome: text,
      toJurisdiction: text,
      pool: text,
      transferBasis: text,
      profileVersion: z.number(),
      policyDigest: text,
      receiptDigest: text.nullable(),
    })
    .nullable(),
  fields: z.array(
    z.object({
      name: text,
      category: text,
      sensitivity: text,
      action: text,
      found: z.record(text, z.number()),
      lay: text,
      given: text,
      crossed: z.array(z.object({ fromJurisdiction: text, toJurisdiction: text, basis: text })),
    }),
  ),
  answer: z.object({ pool: text, model: text, drewOn: z.array(text) }).nullable(),
  writtenBack: z.object({ target: text, object: text, fields: z.array(text) }).nullable(),
  notTold: z.array(text),
});
export type FieldHistory = z.infer<typeof FieldHistory>;

/** Field by field what each cell that saw a record has recorded, that of the cell that classified it first. */
export async function readFieldHistories(
  cells: readonly StackCell[],
  eventId: string,
): Promise<Answers<FieldHistory>> {
  const path = `/v1/records/${encodeURIComponent(eventId)}/fields`;
  const { answers, failures } = await askAll(cells, (cell) => askCell(cell, path, FieldHistory));
  const found = answers.filter((history) => history !== null);
  return { answers: found.toSorted((a, b) => b.fields.length - a.fields.length), failures };
}
