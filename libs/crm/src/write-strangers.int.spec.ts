import { Connection } from '@jsforce/jsforce-node';
import { createClient } from 'node-zendesk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestOrg } from './salesforce/salesforce-org.test-kit.js';
import { compositeOf, subrequestsOf } from './salesforce/salesforce-write.js';
import { TOKEN, writeOf } from './vendor-server.test-kit.js';
import { TestDesk } from './zendesk/zendesk-account.test-kit.js';
import { changeOf } from './zendesk/zendesk-write.js';

const ID = '500000000000001';

/** The fakes are held to clients that others wrote for the vendors' clouds, which know nothing of ours. */
describe('jsforce finds in the fake org what it expects of one', () => {
  let org: TestOrg;
  let connection: Connection;
  beforeAll(async () => {
    org = await TestOrg.start();
    org.org.change([{ recordId: ID, fields: { Priority: 'low', Ext__c: null } }]);
    const instanceUrl = org.server.plainUrl;
    connection = new Connection({ instanceUrl, accessToken: TOKEN, version: '62.0' });
  });
  afterAll(() => org.stop());

  test('a record that is changed, read, and upserted by an external id', async () => {
    const cases = connection.sobject('Case');
    expect(await cases.update({ Id: ID, Priority: 'high' })).toMatchObject({ id: ID, success: true });
    expect(await cases.retrieve(ID)).toMatchObject({ Id: ID, Priority: 'high' });
    const upsert = { Ext__c: 'a-b', Priority: 'low' };
    expect(await cases.upsert(upsert, 'Ext__c')).toMatchObject({ success: true, created: true });
    expect(await cases.upsert(upsert, 'Ext__c')).toMatchObject({ success: true, created: false });
  });
  test('errors that it reads', async () => {
    const cases = connection.sobject('Case');
    await expect(cases.update({ Id: '500000000000009', Priority: 'x' })).rejects.toThrow(
      expect.objectContaining({ errorCode: 'NOT_FOUND' }),
    );
    const headers = { 'If-Unmodified-Since': new Date(0).toUTCString() };
    await expect(cases.update({ Id: ID, Priority: 'x' }, { headers })).rejects.toThrow(
      expect.objectContaining({ errorCode: 'PRECONDITION_FAILED' }),
    );
    const ended = new Connection({ instanceUrl: org.server.plainUrl, accessToken: 'x', version: '62.0' });
    await expect(ended.sobject('Case').retrieve(ID)).rejects.toThrow(
      expect.objectContaining({ errorCode: 'INVALID_SESSION_ID' }),
    );
  });
  test('and sends the composite that we make', async () => {
    const requests = subrequestsOf(writeOf({ recordId: ID }), { version: '62.0', addresses: {} }, new Date());
    expect(await connection.requestPost('/composite', compositeOf(requests ?? []))).toMatchObject({
      compositeResponse: [{ httpStatusCode: 204 }, { httpStatusCode: 200, body: { Priority: 'high' } }],
    });
  });
});

describe('node-zendesk finds in the fake desk what it expects of one', () => {
  let desk: TestDesk;
  beforeAll(async () => {
    desk = await TestDesk.start();
    desk.change('501', { subject: 'x', priority: 'low', status: 'open' }, TestDesk.agent);
  });
  afterAll(() => desk.stop());

  test('a ticket that is read and changed, and one that others changed meanwhile', async () => {
    const endpointUri = `${desk.server.plainUrl}/api/v2`;
    const { tickets } = createClient({
      endpointUri,
      token: TOKEN,
      oauth: true,
      username: '',
      subdomain: 'x',
    });
    const { result } = await tickets.show(501);
    expect(result).toMatchObject({ id: 501, subject: 'x' });
    const stamp = String((result as { readonly updated_at: unknown }).updated_at);
    const body = (at: string): object => changeOf('', { priority: 'high' }, {}, at).body as object;
    const changed = await tickets.update(501, body(stamp));
    expect(changed.result).toMatchObject({ id: 501, priority: 'high' });
    await expect(tickets.update(501, body('2000-01-01T00:00:00Z'))).rejects.toThrow('(409)');
    await expect(tickets.show(9)).rejects.toThrow('(404)');
  });
});
