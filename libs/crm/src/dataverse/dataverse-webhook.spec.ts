import { describe, expect, it } from 'vitest';
import { codeOf, deliveryOf, nothingLent } from '../crm-webhook.test-kit.js';
import { DataverseWebhook, openDataverse } from './dataverse-webhook.js';

const SECRET = 'k'.repeat(32);
const webhook = (changes: object = {}) =>
  openDataverse(DataverseWebhook.parse({ kind: 'dataverse', crmObject: 'contact', ...changes }), nothingLent);

/** The execution context that Microsoft documents, as far as it is used. https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks */
const CONTEXT = {
  CorrelationId: 'b374239d-4233-41a9-8b17-a86cb4f737b5',
  Depth: 1,
  InitiatingUserId: '75c2dd85-e89e-e711-8122-000d3aa2331c',
  InputParameters: [
    {
      key: 'Target',
      value: {
        __type: 'Entity:http://schemas.microsoft.com/xrm/2011/Contracts',
        Attributes: [
          { key: 'firstname', value: 'James' },
          { key: 'modifiedon', value: '/Date(1506384247000)/' },
          {
            key: 'modifiedby',
            value: {
              __type: 'EntityReference:http://schemas.microsoft.com/xrm/2011/Contracts',
              Id: '75c2dd85-e89e-e711-8122-000d3aa2331c',
              LogicalName: 'systemuser',
              Name: null,
            },
          },
          { key: 'modifiedonbehalfby', value: null },
          {
            key: 'statuscode',
            value: { __type: 'OptionSetValue:http://schemas.microsoft.com/xrm/2011/Contracts', Value: 2 },
          },
        ],
        Id: '6d81597f-0f9f-e711-8122-000d3aa2331c',
        LogicalName: 'contact',
      },
    },
  ],
  MessageName: 'Update',
  OperationCreatedOn: '/Date(1506409448000-0700)/',
  OperationId: '4af10637-4ea2-e711-8122-000d3aa2331c',
  PostEntityImages: [
    {
      key: 'AsynchronousStepPrimaryName',
      value: {
        Attributes: [
          { key: 'firstname', value: 'Jim' },
          { key: 'fullname', value: 'James Glynn (sample)' },
        ],
      },
    },
  ],
  PrimaryEntityId: '6d81597f-0f9f-e711-8122-000d3aa2331c',
  PrimaryEntityName: 'contact',
};

describe('a delivery of Dataverse carries the key', () => {
  const verified = (delivery: ReturnType<typeof deliveryOf>, changes: object = {}): string =>
    codeOf(() => webhook(changes).verify(delivery, ['o'.repeat(32), SECRET], 0));
  const address = (query: string) => deliveryOf({}, {}, `https://ingest.example/v1/webhooks/w1?${query}`);
  const inHeader = { key: { in: 'header', name: 'X-Mesh-Key' } };

  it('in the query as WebhookKey, or as a named parameter, or in a header', () => {
    expect(verified(address(`code=${SECRET}`))).toBe('none');
    expect(verified(address(`a=1&k=${SECRET}`), { key: { in: 'query', name: 'k' } })).toBe('none');
    expect(verified(deliveryOf({}, { 'x-mesh-key': SECRET }), inHeader)).toBe('none');
  });

  it.each([
    ['no key', address('')],
    ['another key', address(`code=${SECRET}x`)],
    ['an empty key', address('code=')],
    ['the key elsewhere', deliveryOf({}, { code: SECRET })],
  ])('refuses %s', (_case, delivery) => expect(verified(delivery)).toBe('signature-invalid'));

  it('refuses a header that came twice', () => {
    expect(verified(deliveryOf({}, { 'x-mesh-key': [SECRET, SECRET] }), inHeader)).toBe('signature-invalid');
  });
});

describe('what it says', () => {
  const read = (context: unknown, changes: object = {}, headers = {}) =>
    webhook(changes).read(deliveryOf(context, headers));

  it('the written columns over those of the image, without what the serialiser adds', () => {
    expect(read(CONTEXT).changes).toEqual([
      {
        sourceId: `${CONTEXT.OperationId}/${CONTEXT.PrimaryEntityId}`,
        object: 'contact',
        recordId: CONTEXT.PrimaryEntityId,
        fields: {
          firstname: 'James',
          fullname: 'James Glynn (sample)',
          modifiedon: '2017-09-26T00:04:07.000Z',
          modifiedby: { Id: CONTEXT.InitiatingUserId, LogicalName: 'systemuser', Name: null },
          modifiedonbehalfby: null,
          statuscode: 2,
        },
        occurredAt: new Date(1_506_409_448_000),
        source: null,
        purpose: null,
        traceparent: null,
      },
    ]);
  });

  it('a synchronous step, which has no operation id, has the same id for every delivery', () => {
    const synchronous = { ...CONTEXT, OperationId: '00000000-0000-0000-0000-000000000000' };
    const [first] = read(synchronous).changes;
    expect(read(synchronous).changes).toEqual([first]);
    const [other] = read({ ...synchronous, CorrelationId: CONTEXT.OperationId }).changes;
    expect(other?.sourceId).not.toBe(first?.sourceId);
  });

  it('a message over 256 KB comes without its row, and is refused by name for good', () => {
    const { InputParameters: _target, PostEntityImages: _images, ...stripped } = CONTEXT;
    const exceeded = { 'x-ms-dynamics-msg-size-exceeded': 'true' };
    expect(codeOf(() => read(stripped, {}, exceeded))).toBe('webhook-truncated');
    expect(codeOf(() => read({ ...stripped, InputParameters: null }))).toBe('webhook-truncated');
    expect(codeOf(() => read(CONTEXT, {}, exceeded))).toBe('webhook-truncated');
  });

  it('what is no change of a wanted row is passed over by name', () => {
    expect(read({ ...CONTEXT, PrimaryEntityName: 'account' }).passed).toEqual(['other-object']);
    expect(read({ ...CONTEXT, MessageName: 'Delete' }).passed).toEqual(['deleted']);
    expect(read({ ...CONTEXT, MessageName: 'Assign' }).passed).toEqual(['no-fields']);
    const ownUser = CONTEXT.InitiatingUserId.toUpperCase();
    expect(read(CONTEXT, { ownUser }).passed).toEqual(['own-write-back']);
  });

  it.each([
    ['no context', {}],
    ['a date that is none', { ...CONTEXT, OperationCreatedOn: '2026-01-01' }],
    ['a record id that is none', { ...CONTEXT, PrimaryEntityId: 'x' }],
    ['a list', []],
  ])('refuses %s', (_case, context) => expect(codeOf(() => read(context))).toBe('event-invalid'));

  it('refuses a row that only exhausts whoever walks it', () => {
    const deep = `${'['.repeat(200)}${']'.repeat(200)}`;
    const context = JSON.stringify(CONTEXT).replace('"James"', deep);
    expect(codeOf(() => webhook().read(deliveryOf(context)))).toBe('event-invalid');
  });
});
