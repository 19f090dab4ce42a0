import type { FieldHistory } from '../lineage/field-history.js';
import type { Paint } from '../print/style.js';
import { table, type TableCell } from '../print/table.js';

/** A record field by field on one screen: decision, fields, answer, write-back, and what nothing says. */
export function renderFields(history: FieldHistory, paint: Paint): readonly string[] {
  const { eventId, object, tenant, purpose, notTold } = history;
  return [
    `${paint(eventId, 'heading')}  ${object} of tenant ${tenant} for purpose ${purpose}`,
    ...classified(history),
    ...decision(history),
    '',
    ...fields(history, paint),
    ...answer(history),
    '',
    'Not told:',
    ...notTold.map((sentence) => `  ${sentence}`),
  ];
}

function classified({ classifiedIn, purposeVersion, catalogVersion }: FieldHistory): readonly string[] {
  if (!classifiedIn) return [];
  const { region, jurisdiction } = classifiedIn;
  return [
    `classified in ${region} (${jurisdiction}), by purpose version ${purposeVersion ?? 'not recorded'} and catalog version ${catalogVersion ?? 'not recorded'}`,
  ];
}

function decision({ decision: decided }: FieldHistory): readonly string[] {
  if (!decided) return [];
  const { outcome, pool, toJurisdiction, transferBasis, profileVersion, policyDigest, receiptDigest } =
    decided;
  const where = pool === '' ? '' : ` for pool ${pool} in ${toJurisdiction} on basis ${transferBasis}`;
  return [
    `decided: ${outcome}${where}, by profile version ${profileVersion} and policy ${policyDigest || 'not recorded'}`,
    `receipt: SHA-256 ${receiptDigest ?? 'of none'}`,
  ];
}

function fields({ fields: all }: FieldHistory, paint: Paint): readonly string[] {
  const rows = all.map(({ name, category, sensitivity, action, found, given, crossed, lay }): TableCell[] => [
    name,
    category,
    sensitivity,
    action,
    Object.entries(found)
      .map(([entity, many]) => `${entity} ${many}`)
      .join(', '),
    { text: given, look: given === 'kept' ? 'plain' : 'waiting' },
    crossed
      .map(
        ({ fromJurisdiction, toJurisdiction, basis }) =>
          `${fromJurisdiction} -> ${toJurisdiction} (${basis})`,
      )
      .join(', '),
    lay,
  ]);
  const heads = ['FIELD', 'CATEGORY', 'SENSITIVITY', 'ACTION', 'FOUND IN IT', 'GIVEN AS', 'CROSSED', 'LAY'];
  return rows.length === 0 ? [] : [...table(heads, rows, paint), ''];
}

function answer({ answer: answered, writtenBack }: FieldHistory): readonly string[] {
  return [
    ...(answered
      ? [
          `answered by ${answered.model} in pool ${answered.pool}, from ${answered.drewOn.join(', ') || 'fields that are not known here'}`,
        ]
      : []),
    ...(writtenBack
      ? [`written back to ${writtenBack.target}, ${writtenBack.object}: ${writtenBack.fields.join(', ')}`]
      : []),
  ];
}
