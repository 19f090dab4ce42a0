import { describe, expect, test } from 'vitest';
import { CrmConnections } from './crm-connection.js';

const CONNECTION = { name: 'sample-crm', kind: 'generic-http', url: 'https://127.0.0.1:9000' };

describe('the connections file', () => {
  test('names connections, each with a protocol that is known', () => {
    expect(CrmConnections.parse([CONNECTION])).toEqual([
      { ...CONNECTION, timeoutMs: 10_000, unmodifiedSince: false },
    ]);
  });
  test.each([
    ['a protocol that is not known', { ...CONNECTION, kind: 'fax' }],
    ['an address without TLS', { ...CONNECTION, url: 'http://127.0.0.1:9000' }],
    ['a member that nobody reads', { ...CONNECTION, password: 'x' }],
    ['a name that no purpose can have', { ...CONNECTION, name: 'Sample CRM' }],
  ])('refuses %s', (_, connection) => {
    expect(CrmConnections.safeParse([connection]).success).toBe(false);
  });
  test('refuses one name for two connections', () => {
    const refused = CrmConnections.safeParse([CONNECTION, CONNECTION]);
    expect(refused.error?.issues[0]?.message).toBe('connection sample-crm is named twice');
  });
});
