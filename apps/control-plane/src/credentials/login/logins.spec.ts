import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CrmStore, VendorLogin, digest256, type VendorApp } from '@bailiwick/stack';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ConnectionTerms } from '../../terms/connection-terms.js';
import type { CrmKeys } from '../crm-keys.js';
import { CrmKey, type CrmSecret } from '../crm-secret.js';
import { selfSigned } from '../self-signed.js';
import { CrmLogins } from './crm-logins.js';
import { loginOf, logOut } from './logins.js';

const GUID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const OTHER = '11111111-8b86-4d01-b42d-00cf4fc964ff';
const NAME = { tenant: 'atlas', connection: 'crm' };

type Kind = VendorApp['kind'];
type Answer = readonly [status: number, body: object, headers?: Readonly<Record<string, string>>];

let server: Server;
let url: string;
let store: CrmStore;
let folder: string;
let terms: Readonly<Record<Kind, ConnectionTerms>>;
let secrets: Record<Kind, CrmSecret>;
let sent: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
/** Answers instead of the vendor, or null. */
let fault: (path: string) => Answer | null = () => null;

async function certified(): Promise<CrmKey> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = CrmKey.parse(privateKey.export({ format: 'jwk' }));
  return { ...key, x5c: [await selfSigned(key, 'bailiwick atlas')] };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logins-'));
  store = new CrmStore(join(folder, 'crm.sqlite'));
  server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { method = '', url: path = '', headers } = request;
      const body = await text(request);
      sent.push({ path, headers, body });
      const { authorization } = headers;
      const [status, said, more = {}] = (fault(path) ??
        (await login.answer({ method, path, authorization, body })) ?? [404, {}]) as Answer;
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(said));
    };
    void answer();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const key = await certified();
  const apps: readonly VendorApp[] = [
    { kind: 'dataverse', tenant: 'atlas', clientId: GUID, directory: GUID, certificate: key.x5c![0] },
    {
      kind: 'hubspot',
      tenant: 'atlas',
      clientId: GUID,
      clientSecretDigest: digest256('of-the-app'),
      refreshTokenDigest: digest256('of-the-install'),
    },
    {
      kind: 'zendesk',
      tenant: 'atlas',
      clientId: 'bailiwick',
      clientSecretDigest: digest256('of-the-client'),
    },
  ];
  const login = new VendorLogin(apps, store, url);
  terms = {
    dataverse: {
      kind: 'dataverse',
      tokenEndpoint: `${url}/${GUID}/oauth2/v2.0/token`,
      clientId: GUID,
      audience: url,
    },
    hubspot: { kind: 'hubspot', tokenEndpoint: `${url}/oauth/2026-03/token`, clientId: GUID, audience: url },
    zendesk: {
      kind: 'zendesk',
      tokenEndpoint: `${url}/oauth/tokens`,
      clientId: 'bailiwick',
      audience: url,
    },
  };
  secrets = {
    dataverse: key,
    hubspot: { clientSecret: 'of-the-app', refreshToken: 'of-the-install' },
    zendesk: { clientSecret: 'of-the-client' },
  };
});
beforeEach(() => {
  sent = [];
  fault = () => null;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  store.close();
  await rm(folder, { recursive: true, force: true });
});

const logIn = (kind: Kind, secret = secrets[kind], changed: object = {}) =>
  loginOf(terms[kind]).logIn({ ...terms[kind], ...changed } as ConnectionTerms, secret, 'kid');
const KINDS: readonly Kind[] = ['dataverse', 'hubspot', 'zendesk'];

test.each([
  ['dataverse', 3599],
  ['hubspot', 1800],
  ['zendesk', 330],
] as const)('F5 %s is logged in to by its own flow, and gives a token of %i s', async (kind, seconds) => {
  const grant = await logIn(kind);
  expect(grant).toMatchObject({ seconds, instanceUrl: url });
  expect(grant.accessToken).toMatch(new RegExp(`^${kind}!`));
  // No secret travels where addresses are logged.
  expect(sent.map(({ path }) => path)).toEqual([new URL(terms[kind].tokenEndpoint).pathname]);
});

test('F5 an assertion to Entra is of one app, for minutes, and names its certificate', async () => {
  await logIn('dataverse');
  const form = new URLSearchParams(sent[0]?.body);
  expect(form.get('scope')).toBe(`${url}/.default`);
  expect(form.has('client_secret')).toBe(false);
  const [header = '', payload = ''] = (form.get('client_assertion') ?? '').split('.');
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(read(header)).toEqual({
    alg: 'PS256',
    typ: 'JWT',
    'x5t#S256': expect.stringMatching(/^[\w-]{43}$/),
  });
  const { nbf, iat, exp, jti } = read(payload) as { nbf: number; iat: number; exp: number; jti: string };
  expect([iat - nbf, exp - iat]).toEqual([60, 300]);
  expect(jti).toMatch(/^[\da-f-]{36}$/);
});

test('F5 a token of Zendesk ends in its own name, those of the others by their time only', async () => {
  const { accessToken } = await logIn('zendesk');
  const { end } = loginOf(terms.zendesk);
  await logOut('zendesk', end!.endpoint(terms.zendesk), accessToken);
  expect(sent.at(-1)).toMatchObject({
    path: '/api/v2/oauth/tokens/current.json',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect([loginOf(terms.dataverse).end, loginOf(terms.hubspot).end]).toEqual([null, null]);
});

test.each<[string, Kind, () => Promise<unknown>, RegExp]>([
  [
    'a certificate that Entra does not know',
    'dataverse',
    async () => logIn('dataverse', await certified()),
    /AADSTS700027\): .*upload/,
  ],
  [
    'an app that is not there',
    'dataverse',
    () => logIn('dataverse', undefined, { clientId: OTHER }),
    /AADSTS700016/,
  ],
  [
    'another environment',
    'dataverse',
    () => logIn('dataverse', undefined, { audience: 'https://else' }),
    /AADSTS500011/,
  ],
  [
    'a refresh token that was revoked',
    'hubspot',
    () => logIn('hubspot', { clientSecret: 'of-the-app', refreshToken: 'another-one' }),
    /invalid_grant\): .*install the app again/,
  ],
  [
    'a secret of before',
    'zendesk',
    () => logIn('zendesk', { clientSecret: 'another-one' }),
    /invalid_client\): .*give the new one/,
  ],
])('F5 %s is a refusal that says what to do', async (_case, _kind, asking, detail) => {
  await expect(asking()).rejects.toMatchObject({
    code: 'crm-login-refused',
    detail: expect.stringMatching(detail),
  });
});

test('F5 of what a CRM says only codes are kept', async () => {
  fault = () => [
    400,
    { error: 'Zaphira is locked out', error_description: 'Zaphira', status: 'Zaphira', error_codes: ['x'] },
  ];
  for (const kind of KINDS)
    await expect(logIn(kind)).rejects.toMatchObject({
      code: 'crm-login-refused',
      detail: 'the CRM refuses the login (HTTP 400, no reason given)',
    });
});

test('F5 what is refused because clocks differ passes by itself, and says so', async () => {
  const date = new Date(Date.now() - 400_000).toUTCString();
  fault = () => [401, { error: 'invalid_client', error_codes: [700_024] }, { date }];
  await expect(logIn('dataverse')).rejects.toMatchObject({
    code: 'crm-unavailable',
    detail: expect.stringMatching(/AADSTS700024.*differ by (?:399|400|401) s/),
  });
});

test('F5 a secret of another kind of CRM is sent to none', async () => {
  await expect(logIn('dataverse', secrets.zendesk)).rejects.toMatchObject({ code: 'connection-unknown' });
  await expect(logIn('zendesk', secrets.hubspot)).rejects.toMatchObject({ code: 'connection-unknown' });
  expect(sent).toEqual([]);
});

/** What a connection has in use, in the place of the store. */
function kept(first: CrmSecret): {
  readonly keys: CrmKeys;
  readonly now: () => CrmSecret;
  readonly put: (kid: string, secret: CrmSecret) => void;
} {
  let held = { kid: 'kid', secret: first };
  const keys = {
    inUse: async () => held,
    renew: async (_db: unknown, _name: unknown, next: typeof held) => void (held = next),
  };
  return {
    keys: keys as unknown as CrmKeys,
    now: () => held.secret,
    put: (kid, secret) => void (held = { kid, secret }),
  };
}

test('F5 a login that wants to be left alone is, for as long as it says', async () => {
  let now = 0;
  const logins = new CrmLogins(null as never, kept(secrets.zendesk).keys, () => now);
  fault = () => [429, {}, { 'retry-after': '30' }];
  await expect(logins.logIn(NAME, terms.zendesk)).rejects.toMatchObject({ code: 'crm-unavailable' });
  fault = () => null;
  now = 29_000;
  await expect(logins.logIn(NAME, terms.zendesk)).rejects.toMatchObject({
    detail: expect.stringContaining('for 1 s'),
  });
  expect(sent).toHaveLength(1);
  now = 30_001;
  expect(await logins.logIn(NAME, terms.zendesk)).toMatchObject({ seconds: 330 });
});

test('F5 a refresh token that the CRM replaces is kept before the next login, also of two at once', async () => {
  const { keys, now } = kept(secrets.hubspot);
  const logins = new CrmLogins(null as never, keys);
  let given = 0;
  fault = () => [
    200,
    { access_token: `access-${given}`, refresh_token: `refresh-${++given}`, expires_in: 1800 },
  ];
  await Promise.all([logins.logIn(NAME, terms.hubspot), logins.logIn(NAME, terms.hubspot)]);
  const shown = sent.map(({ body }) => new URLSearchParams(body).get('refresh_token'));
  expect(shown).toEqual(['of-the-install', 'refresh-1']);
  expect(now()).toEqual({ clientSecret: 'of-the-app', refreshToken: 'refresh-2' });
});

test('F5 a secret that was refused is not shown again for every record that waits, another is at once', async () => {
  let now = 0;
  const { keys, put } = kept({ clientSecret: 'of-before' });
  const logins = new CrmLogins(null as never, keys, () => now);
  const refused = { code: 'crm-login-refused', detail: expect.stringContaining('invalid_client') };
  for (let record = 0; record < 5; record++)
    await expect(logins.logIn(NAME, terms.zendesk)).rejects.toMatchObject(refused);
  expect(sent).toHaveLength(1);
  now = 10_001;
  await expect(logins.logIn(NAME, terms.zendesk)).rejects.toMatchObject(refused);
  expect(sent).toHaveLength(2);
  put('another', secrets.zendesk);
  expect(await logins.logIn(NAME, terms.zendesk)).toMatchObject({ seconds: 330 });
});
