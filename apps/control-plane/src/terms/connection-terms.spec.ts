import { expect, test } from 'vitest';
import { problemsOf } from '../check/check-thing.js';
import type { World } from '../check/world.js';
import { ConnectionTerms } from './connection-terms.js';

const GUID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const JWT = {
  tokenEndpoint: 'https://login.salesforce.com/services/oauth2/token',
  revocationEndpoint: 'https://login.salesforce.com/services/oauth2/revoke',
  clientId: '3MVG9',
  audience: 'https://login.salesforce.com',
  user: 'integration@atlas.example',
};
const GOOD: Readonly<Record<string, object>> = {
  salesforce: { kind: 'salesforce', ...JWT, reads: ['Case'] },
  'generic-http': { kind: 'generic-http', ...JWT },
  dataverse: {
    kind: 'dataverse',
    tokenEndpoint: `https://login.microsoftonline.com/${GUID}/oauth2/v2.0/token`,
    clientId: GUID,
    audience: 'https://acme.crm4.dynamics.com',
  },
  hubspot: {
    kind: 'hubspot',
    tokenEndpoint: 'https://api.hubapi.com/oauth/2026-03/token',
    clientId: GUID,
    audience: 'https://api.hubapi.com',
  },
  zendesk: {
    kind: 'zendesk',
    tokenEndpoint: 'https://acme.zendesk.com/oauth/tokens',
    clientId: 'bailiwick',
    audience: 'https://acme.zendesk.com',
  },
};

test.each(Object.keys(GOOD))('F5 a connection of %s says what its login needs, and no more', (kind) => {
  const terms = GOOD[kind]!;
  expect(ConnectionTerms.parse(terms)).toMatchObject(terms);
  expect(ConnectionTerms.safeParse({ ...terms, clientSecret: 'of-the-client' }).success).toBe(false);
  for (const member of Object.keys(terms).filter((name) => name !== 'reads')) {
    const { [member as keyof typeof terms]: _, ...lacking } = terms;
    expect(ConnectionTerms.safeParse(lacking).success).toBe(false);
  }
});

test.each<[string, string, object]>([
  [
    'Entra for any directory',
    'dataverse',
    { tokenEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token' },
  ],
  [
    'Entra of version 1',
    'dataverse',
    { tokenEndpoint: `https://login.microsoftonline.com/${GUID}/oauth2/token` },
  ],
  ['an environment with a path', 'dataverse', { audience: 'https://acme.crm4.dynamics.com/api' }],
  ['HubSpot of version 1', 'hubspot', { tokenEndpoint: 'https://api.hubapi.com/oauth/v1/token' }],
  ['an address without TLS', 'zendesk', { tokenEndpoint: 'http://acme.zendesk.com/oauth/tokens' }],
  ['a scope with a line break', 'zendesk', { scope: 'read\nwrite' }],
  ['reading through what cannot', 'generic-http', { reads: ['Case'] }],
])('F5 a connection that names %s is refused', (_case, kind, change) => {
  expect(ConnectionTerms.safeParse({ ...GOOD[kind], ...change }).success).toBe(false);
});

test('F5 a token is sent to nobody but who gave it', () => {
  const problems = (kind: string, change: object): readonly string[] =>
    problemsOf('connection', 'atlas', ConnectionTerms.parse({ ...GOOD[kind], ...change }), {} as World).map(
      ({ path }) => path,
    );
  for (const kind of Object.keys(GOOD)) expect(problems(kind, {})).toEqual([]);
  expect(problems('salesforce', { revocationEndpoint: 'https://else.example/revoke' })).toEqual([
    'revocationEndpoint',
  ]);
  expect(problems('zendesk', { audience: 'https://other.zendesk.com' })).toEqual(['audience']);
});
