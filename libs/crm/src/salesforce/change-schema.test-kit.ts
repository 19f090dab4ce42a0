import avro from 'avsc';

const text = (name: string): object => ({ name, type: ['null', 'string'], default: null });

/** Avro schema of the change events of `Case`, as the Pub/Sub API gives it, with more fields at the end where asked for. */
export const caseSchema = (...more: readonly string[]): string =>
  JSON.stringify({
    type: 'record',
    name: 'CaseChangeEvent',
    namespace: 'com.sforce.eventbus',
    fields: [
      {
        name: 'ChangeEventHeader',
        type: {
          type: 'record',
          name: 'ChangeEventHeader',
          fields: [
            { name: 'entityName', type: 'string' },
            { name: 'recordIds', type: { type: 'array', items: 'string' } },
            {
              name: 'changeType',
              type: {
                type: 'enum',
                name: 'ChangeType',
                symbols: [
                  'CREATE',
                  'UPDATE',
                  'DELETE',
                  'UNDELETE',
                  'GAP_CREATE',
                  'GAP_UPDATE',
                  'GAP_DELETE',
                  'GAP_UNDELETE',
                  'GAP_OVERFLOW',
                ],
              },
            },
            { name: 'changeOrigin', type: 'string' },
            { name: 'transactionKey', type: 'string' },
            { name: 'sequenceNumber', type: 'int' },
            { name: 'commitTimestamp', type: 'long' },
            { name: 'commitNumber', type: 'long' },
            { name: 'commitUser', type: 'string' },
            ...['nulledFields', 'diffFields', 'changedFields'].map((name) => ({
              name,
              type: { type: 'array', items: 'string' },
            })),
          ],
        },
      },
      text('Subject'),
      text('Description'),
      {
        name: 'Name',
        type: [
          'null',
          'string',
          { type: 'record', name: 'Switchable_PersonName', fields: [text('FirstName'), text('LastName')] },
        ],
        default: null,
      },
      { name: 'Amount', type: ['null', 'double'], default: null },
      ...more.map(text),
    ],
  });

/** Header of a change event; every member may be given. */
export const header = (
  changes: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  entityName: 'Case',
  recordIds: ['500000000000001AAA'],
  changeType: 'UPDATE',
  changeOrigin: 'com/salesforce/api/rest/60.0;client=SomeoneElse',
  transactionKey: '0001-tx',
  sequenceNumber: 1,
  commitTimestamp: 1_790_000_000_000,
  commitNumber: 11_200_000_000,
  commitUser: '005000000000001AAA',
  nulledFields: [],
  diffFields: [],
  changedFields: [],
  ...changes,
});

/** A change event in Avro. */
export const encodeChange = (
  schema: string,
  change: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>> = {},
): Buffer => {
  const type = avro.Type.forSchema(JSON.parse(schema));
  const names: readonly string[] = (JSON.parse(schema) as { fields: { name: string }[] }).fields.map(
    ({ name }) => name,
  );
  const value = Object.fromEntries(names.map((name) => [name, fields[name] ?? null]));
  return type.toBuffer({ ...value, ChangeEventHeader: header(change) });
};
