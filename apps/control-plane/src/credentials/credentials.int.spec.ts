import { X509Certificate } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVENT_TYPES, topicNames, type CredentialMinted } from '@bailiwick/contracts';
import type { ControlReader } from '@bailiwick/kafka';
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import {
  generateKeyPair,
  type ClientAuth,
  type ResponseBodyError,
  type WWWAuthenticateChallengeError,
} from 'oauth4webapi';
import type pg from 'pg';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { TestControlPlane } from '../control-plane.test-kit.js';
import { TestCrmLogin } from './crm.test-kit.js';
import { fileKeyProvider } from './key-provider.js';
import {
  OAuthClient,
  identityIn,
  proofBy,
  receiptsOf,
  type AskedFor,
  type TestIdentity,
} from './oauth-client.test-kit.js';

const Lease = z.object({
  lease: z.string(),
  mintedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  accessToken: z.string(),
});
const WAIT = { timeout: 20_000, interval: 50 };
const ATLAS = '/v1/tenants/atlas';
const REVOKED = `${ATLAS}/connections/sample-crm`;

let plane: TestControlPlane;
let crm: TestCrmLogin;
let database: pg.Pool;
let eu: ControlReader;
let receipt: ReturnType<typeof receiptsOf>;
/** The write-back of `eu-central` by certificate, and the same by assertion. */
let mtls: OAuthClient;
let signing: OAuthClient;
const secrets = new Set<string>();

const identity = async (region: string, workload: string): Promise<TestIdentity> =>
  identityIn(await plane.cell(region).environment(workload));
const as = async (who: TestIdentity, mutual = true): Promise<OAuthClient> =>
  OAuthClient.open(plane.credentials, who, (tenant, purpose) => receipt({ tenant, purpose }), mutual);

async function leaseOf(client: OAuthClient, asked?: AskedFor): Promise<z.infer<typeof Lease>> {
  const { access_token: token } = await client.token(asked);
  const answer = await client.lease(token);
  const lease = Lease.parse(await answer.json());
  for (const secret of [token, lease.accessToken]) secrets.add(secret);
  return lease;
}

beforeAll(async () => {
  plane = await TestControlPlane.start(async (mesh, folder) => {
    const tls = identityIn(await mesh.cells[0]!.environment('sample-crm'));
    crm = await TestCrmLogin.start(tls, mesh.keys, join(folder, 'crm.sqlite'));
    const file = join(folder, 'logins.json');
    await writeFile(file, JSON.stringify(crm.logins));
    return { BAILIWICK_CRM_LOGINS_FILE: file };
  });
  const router = { region: 'eu-central', workload: 'residency-router' };
  receipt = receiptsOf((await plane.mesh.keys.signing(router)).file);
  const writeback = await identity('eu-central', 'writeback');
  mtls = await as(writeback);
  signing = await as(writeback, false);
  database = plane.database();
  eu = await plane.reader('eu-central');
  await eu.whenReady();
});
afterAll(async () => {
  await eu?.stop();
  await database?.end();
  await plane?.stop();
  crm?.stop();
});

describe('F5 a credential is minted for one tenant, cell, purpose and object, for minutes', () => {
  test('by certificate: the token is bound to it and lives five minutes at most, and so does the lease', async () => {
    const { access_token: token, token_type: type, expires_in: seconds } = await mtls.token();
    expect([type, seconds]).toEqual(['bearer', 300]);
    const claims = decodeJwt(token);
    expect(claims.exp! - claims.iat!).toBeLessThanOrEqual(300);
    expect(claims).toMatchObject({
      sub: 'evt_test',
      client_id: 'spiffe://bailiwick.local/eu-central/writeback',
      cnf: { 'x5t#S256': expect.any(String) },
      authorization_details: [
        {
          type: 'urn:bailiwick:write-back',
          tenant: 'atlas',
          cell: 'eu-central',
          purpose: 'case-triage',
          object: 'Case',
        },
      ],
    });
    const answer = await mtls.lease(token);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const lease = Lease.parse(await answer.json());
    expect(Date.parse(lease.expiresAt) - Date.parse(lease.mintedAt)).toBeLessThanOrEqual(300_001);
    expect(crm.lives(lease.accessToken)).toBe(true);
  });

  test('by assertion and DPoP key: the token verifies with the published keys and is introspected', async () => {
    const DPoP = await signing.dpop();
    const { access_token: token, token_type: type } = await signing.token({}, { DPoP });
    expect(type).toBe('dpop');
    const { ca } = await identity('eu-central', 'writeback');
    const agent = new Agent({ connect: { ca } });
    const keys = createRemoteJWKSet(new URL(signing.server.jwks_uri!), {
      [customFetch]: (url, init) => fetch(url, { ...(init as object), dispatcher: agent }) as never,
    });
    const { protectedHeader } = await jwtVerify(token, keys, {
      issuer: plane.credentials,
      audience: `${plane.credentials}/v1/leases`,
    });
    expect(protectedHeader).toMatchObject({ typ: 'at+jwt' });
    await agent.close();
    expect(await signing.introspect(token)).toMatchObject({ active: true, cnf: { jkt: expect.any(String) } });
    expect((await signing.lease(token, DPoP)).status).toBe(201);
  });

  test('every mint is in the audit before it is answered, and the audit cannot be altered', async () => {
    const { lease } = await leaseOf(mtls);
    const { body } = await plane.ask('anna', 'GET', `${ATLAS}/audit?limit=2`);
    expect(body).toMatchObject({
      items: [
        { act: 'lease.mint', target: lease, subject: 'spiffe://bailiwick.local/eu-central/writeback' },
        { act: 'credential.mint' },
      ],
    });
    expect((await plane.ask('anna', 'GET', `${ATLAS}/leases`)).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: lease, event: 'evt_test' })]),
    });
    await expect(database.query(`DELETE FROM control.audit`)).rejects.toThrow('append-only');
  });

  test('a lease that is over is ended at the CRM', async () => {
    const { lease, accessToken } = await leaseOf(mtls);
    await database.query('UPDATE control.lease SET expires_at = now() WHERE lease_id = $1', [lease]);
    await vi.waitFor(() => expect(crm.lives(accessToken)).toBe(false), WAIT);
  });
});

describe('F5 a stolen token opens nothing', () => {
  const refused = async (answer: Promise<Response>): Promise<void> => {
    const { status, code } = await answer.then(
      async (given) => ({
        status: given.status,
        code: z.object({ code: z.string() }).parse(await given.json()).code,
      }),
      (thrown: WWWAuthenticateChallengeError) => ({ status: thrown.status, code: 'token-invalid' }),
    );
    expect([status, code]).toEqual([401, 'token-invalid']);
  };

  test('without its certificate, or with another service’s', async () => {
    const { access_token: token } = await mtls.token();
    await refused(signing.lease(token));
    await refused((await as(await identity('eu-central', 'classifier'))).lease(token));
    await refused((await as(await identity('us-east', 'writeback'))).lease(token));
    expect((await mtls.lease(token)).status).toBe(201);
  });

  test('without its DPoP key, with another key, or as a plain bearer', async () => {
    const DPoP = await signing.dpop();
    const { access_token: token } = await signing.token({}, { DPoP });
    await refused(signing.lease(token));
    await refused(signing.lease(token, await signing.dpop()));
  });

  test('with a proof that was shown before, of another token, or of another address', async () => {
    const keys = await generateKeyPair('ES256');
    const DPoP = await signing.dpop(keys);
    const { access_token: first } = await signing.token({}, { DPoP });
    const { access_token: second } = await signing.token({}, { DPoP });
    const url = `${plane.credentials}/v1/leases`;
    const proof = await proofBy(keys, { url, token: first });
    const show = (token: string, dpop: string): Promise<Response> =>
      signing.send('/v1/leases', {
        method: 'POST',
        headers: { authorization: `DPoP ${token}`, dpop },
      });
    await refused(show(second, proof));
    await refused(show(first, await proofBy(keys, { url: `${url}/other`, token: first })));
    expect((await show(first, proof)).status).toBe(201);
    const { access_token: third } = await signing.token({}, { DPoP });
    const used = await proofBy(keys, { url, token: third });
    await signing.send('/v1/leases', {
      method: 'POST',
      headers: { authorization: `Bearer ${third}`, dpop: used },
    });
    expect((await show(third, used)).status).toBe(201);
    await refused(show(third, used));
  });

  test('a second time, or once its client has revoked it', async () => {
    const { access_token: used } = await mtls.token();
    expect((await mtls.lease(used)).status).toBe(201);
    await refused(mtls.lease(used));
    const { access_token: ended } = await mtls.token();
    await mtls.revoke(ended);
    expect(await mtls.introspect(ended)).toEqual({ active: false });
    await refused(mtls.lease(ended));
  });
});

describe('F5 nothing is minted', () => {
  const refusal = async (asking: Promise<unknown>): Promise<unknown> => {
    const thrown = await asking.then(
      () => ({ error: 'none' }),
      (refused: ResponseBodyError) => refused.cause,
    );
    return thrown;
  };

  test.each<[string, AskedFor, string, string]>([
    ['for another cell', { cell: 'us-east' }, 'invalid_authorization_details', 'wrong-cell'],
    ['for a tenant of another cell', { tenant: 'harbor' }, 'invalid_authorization_details', 'wrong-cell'],
    [
      'for a tenant that nobody knows',
      { tenant: 'nobody' },
      'invalid_authorization_details',
      'tenant-unknown',
    ],
    [
      'for a tenant without acknowledged profile',
      { tenant: 'pending' },
      'invalid_authorization_details',
      'profile-not-acknowledged',
    ],
    [
      'for an object that the purpose does not write',
      { object: 'Account' },
      'invalid_authorization_details',
      'credential-refused',
    ],
    [
      'for a purpose that is not there',
      { purpose: 'other' },
      'invalid_authorization_details',
      'purpose-unknown',
    ],
    ['without a decision', { receipt: 'e30.e30.e30' }, 'invalid_request', 'receipt-forged'],
  ])('%s', async (_case, asked, error, code) => {
    const before = crm.granted.length;
    expect(await refusal(mtls.token(asked))).toMatchObject({ error, code });
    expect(crm.granted).toHaveLength(before);
  });

  test('on a decision that denied, or on another purpose’s', async () => {
    const denied = receipt({ outcome: 'deny', to: null, pool: null });
    expect(await refusal(mtls.token({ receipt: denied }))).toMatchObject({ code: 'receipt-other-event' });
    const other = receipt({ purpose: 'case-digest' });
    expect(await refusal(mtls.token({ receipt: other }))).toMatchObject({ code: 'receipt-other-event' });
  });

  test('for a foreign tenant, which is a violation in its home cell and in its audit', async () => {
    await refusal(mtls.token({ tenant: 'harbor' }));
    const violation = await plane.awaitViolation('us-east', 'tenant-foreign', ({ detail }) =>
      detail.includes('/oauth2/token'),
    );
    expect(violation).toMatchObject({ tenant: 'harbor', service: 'control-plane' });
    expect((await plane.ask('dana', 'GET', '/v1/tenants/harbor/audit?limit=1')).body).toMatchObject({
      items: [{ act: 'foreign', subject: 'spiffe://bailiwick.local/eu-central/writeback' }],
    });
  });

  test('for a service that is no client, which is a violation in its cell', async () => {
    const classifier = await as(await identity('eu-central', 'classifier'));
    expect(await refusal(classifier.token())).toMatchObject({ error: 'invalid_client' });
    await plane.awaitViolation('eu-central', 'certificate-not-permitted', ({ detail }) =>
      detail.includes('/eu-central/classifier'),
    );
  });

  test('for an assertion that was shown before, or a token that would be bound to nothing', async () => {
    const fixed = await signing.authentication();
    let shown: string | null = null;
    const again: ClientAuth = async (server, client, body, headers) => {
      if (shown === null) {
        await fixed(server, client, body, headers);
        shown = body.get('client_assertion');
      } else {
        body.set('client_id', client.client_id);
        body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        body.set('client_assertion', shown);
      }
    };
    expect(await refusal(signing.token({}, { authentication: again }))).toMatchObject({
      error: 'invalid_request',
    });
    const DPoP = await signing.dpop();
    expect(await refusal(signing.token({}, { authentication: again, DPoP }))).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringContaining('shown before'),
    });
  });

  test.each([
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['reading without what', { grant_type: 'client_credentials' }, 'invalid_authorization_details'],
    ['a parameter twice', 'grant_type=a&grant_type=b', 'invalid_request'],
    ['JSON', '{"grant_type":"x"}', 'invalid_request'],
  ])('for %s', async (_case, form, error) => {
    const json = typeof form === 'string' && form.startsWith('{');
    const answer = await mtls.send('/oauth2/token', {
      method: 'POST',
      headers: { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' },
      body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error }]);
  });
});

describe('F5 R1 to read, ingest of the home cell borrows what the connection allows', () => {
  const READING = {
    tenant: 'harbor',
    cell: 'us-east',
    purpose: 'case-triage',
    object: 'Case',
    connection: 'sample-crm',
  };

  test('and is told of which org it is; the lease is in the audit, and ends at the CRM', async () => {
    const reader = await as(await identity('us-east', 'ingest'));
    const { access_token: token } = await reader.tokenToRead(READING);
    expect(decodeJwt(token)).toMatchObject({ sub: 'spiffe://bailiwick.local/us-east/ingest' });
    const answer = await reader.lease(token);
    const body = await answer.json();
    expect([answer.status, body]).toMatchObject([
      201,
      { account: 'harbor', instanceUrl: expect.any(String) },
    ]);
    const { lease, accessToken } = Lease.parse(body);
    secrets.add(token).add(accessToken);
    expect((await plane.ask('dana', 'GET', '/v1/tenants/harbor/audit?limit=1')).body).toMatchObject({
      items: [{ act: 'lease.mint', target: lease, detail: expect.stringContaining('reading Case') }],
    });
    await plane.ask('anna', 'POST', `/v1/leases/${lease}/revocation`, { body: { reason: 'a drill' } });
    await vi.waitFor(() => expect(crm.lives(accessToken)).toBe(false), WAIT);
  });

  test.each<[string, object, string]>([
    ['another object', { object: 'Account' }, 'credential-refused'],
    ['another connection', { connection: 'other' }, 'connection-unknown'],
    ['a tenant of another cell', { tenant: 'atlas' }, 'wrong-cell'],
  ])('and not %s', async (_case, change, code) => {
    const reader = await as(await identity('us-east', 'ingest'));
    await expect(reader.tokenToRead({ ...READING, ...change })).rejects.toMatchObject({ cause: { code } });
  });

  test('and neither may write, nor who writes read', async () => {
    const reader = await as(await identity('eu-central', 'ingest'));
    await expect(reader.token()).rejects.toMatchObject({ cause: { code: 'credential-refused' } });
    const atlas = { ...READING, tenant: 'atlas', cell: 'eu-central' };
    await expect(mtls.tokenToRead(atlas)).rejects.toMatchObject({ cause: { code: 'credential-refused' } });
  });
});

describe('F5 a secret that a CRM has made', () => {
  const at = (connection: string): string => `${ATLAS}/connections/${connection}`;
  const give = (connection: string, body: object, who = 'anna') =>
    plane.ask(who, 'POST', `${at(connection)}/secrets`, { body });

  test('is taken over sealed, by security of the tenant, and in the form of that CRM', async () => {
    const secret = { clientSecret: 'made-by-the-desk-for-this-spec' };
    secrets.add(secret.clientSecret);
    expect(await give('sample-zendesk', secret, 'bruno')).toMatchObject({ status: 403 });
    expect(await give('sample-zendesk', { ...secret, refreshToken: 'of-another-kind' })).toMatchObject({
      status: 400,
    });
    expect(await give('sample-hubspot', secret)).toMatchObject({ status: 400 });
    expect(await give('sample-crm', secret)).toMatchObject({ status: 400 });
    const taken = await give('sample-zendesk', secret);
    expect(taken).toMatchObject({ status: 201, body: { kid: expect.stringMatching(/^secret_/) } });
    expect(Object.keys(taken.body as object)).toEqual(['kid']);
    expect((await plane.ask('anna', 'GET', `${ATLAS}/audit?limit=1`)).body).toMatchObject({
      items: [{ act: 'key.use', target: 'sample-zendesk' }],
    });
  });

  test('is none of ours to make, and a key for Entra comes with the certificate to upload', async () => {
    expect(await plane.ask('anna', 'POST', `${at('sample-hubspot')}/keys`)).toMatchObject({ status: 400 });
    const made = await plane.ask('anna', 'POST', `${at('sample-dataverse')}/keys`);
    const { x5c } = z.object({ x5c: z.tuple([z.base64()]) }).parse(made.body);
    const certificate = new X509Certificate(Buffer.from(x5c[0], 'base64'));
    expect([certificate.subject, certificate.verify(certificate.publicKey)]).toEqual([
      'CN=bailiwick atlas sample-dataverse',
      true,
    ]);
    expect(Object.keys(made.body as object).toSorted()).toEqual(['e', 'kid', 'kty', 'n', 'x5c']);
  });
});

describe('F5 every mint is told to the cell that it is for, as a fact of its log', () => {
  const told = async (region: string): Promise<readonly CredentialMinted[]> => {
    const { spec, read } = plane.cell(region);
    return read(topicNames(spec.jurisdiction).minted, EVENT_TYPES.minted);
  };

  test('the token and the lease, each once and without the credential, and nothing else', async () => {
    const { access_token: token } = await mtls.token();
    const { jti } = decodeJwt(token);
    const lease = Lease.parse(await (await mtls.lease(token)).json());
    for (const secret of [token, lease.accessToken]) secrets.add(secret);
    await vi.waitFor(async () => {
      const { rows } = await database.query('SELECT FROM control.mint');
      expect(rows).toEqual([]);
    }, WAIT);
    const all = await told('eu-central');
    const client = 'spiffe://bailiwick.local/eu-central/writeback';
    const of = { tenant: 'atlas', purpose: 'case-triage', object: 'Case', at: expect.any(Date) };
    const mint = { event: 'evt_test', connection: 'sample-crm', client, seconds: expect.any(Number) };
    expect(all.filter(({ id }) => id === jti)).toEqual([
      { ...of, id: jti, mint: { ...mint, form: 'token', token: '' } },
    ]);
    expect(all.filter(({ id }) => id === lease.lease)).toEqual([
      { ...of, id: lease.lease, mint: { ...mint, form: 'lease', token: jti } },
    ]);
    const { rows } = await database.query<{ target: string }>(
      `SELECT target FROM control.audit WHERE act IN ('credential.mint', 'lease.mint')`,
    );
    const known = [...all, ...(await told('us-east'))].map(({ id }) => id);
    expect(known.toSorted()).toEqual(rows.map(({ target }) => target).toSorted());
    expect((await told('us-east')).every(({ tenant }) => tenant === 'harbor')).toBe(true);
  });
});

describe('F5 what is lent is revocable at once', () => {
  const reason = { body: { reason: 'the laptop of the integration was lost' } };

  test('a connection: ended at the CRM, told to its cell, and nothing is minted until it is restored', async () => {
    const { lease, accessToken } = await leaseOf(mtls);
    const { access_token: unused } = await mtls.token();
    const began = Date.now();
    expect(await plane.ask('anna', 'POST', `${REVOKED}/revocation`, reason)).toMatchObject({
      status: 200,
      body: { revoked: true },
    });
    await vi.waitFor(() => {
      expect(crm.lives(accessToken)).toBe(false);
      expect(eu.get('credential', 'atlas/sample-crm')).toMatchObject({ revoked: true });
    }, WAIT);
    expect(Date.now() - began).toBeLessThan(5_000);
    await expect(mtls.token()).rejects.toMatchObject({ cause: { code: 'credential-revoked' } });
    const late = await mtls.lease(unused);
    expect([late.status, await late.json()]).toMatchObject([403, { code: 'credential-revoked' }]);
    expect(crm.granted.filter((token) => crm.lives(token) && token.startsWith('00Datlas'))).toEqual([]);
    expect((await plane.ask('anna', 'GET', `${ATLAS}/leases`)).body).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: lease, endedBy: 'anna' })]),
    });

    await plane.ask('anna', 'POST', `${REVOKED}/restoration`, reason);
    await vi.waitFor(() => expect(eu.get('credential', 'atlas/sample-crm')?.revoked).toBe(false), WAIT);
    expect(crm.lives((await leaseOf(mtls)).accessToken)).toBe(true);
  });

  test('a lease: ended alone, and the next write gets another', async () => {
    const { lease, accessToken } = await leaseOf(mtls);
    const ended = await plane.ask('anna', 'POST', `/v1/leases/${lease}/revocation`, reason);
    expect(ended).toMatchObject({ status: 200, body: { id: lease, endedBy: 'anna' } });
    await vi.waitFor(() => expect(crm.lives(accessToken)).toBe(false), WAIT);
    expect(crm.lives((await leaseOf(mtls)).accessToken)).toBe(true);
  });

  test('a service: it is no client any more, and what it has is ended', async () => {
    const { accessToken } = await leaseOf(mtls);
    const { access_token: unused } = await mtls.token();
    const client = 'spiffe://bailiwick.local/eu-central/writeback';
    const body = { client, ...reason.body };
    await plane.ask('anna', 'POST', '/v1/credential-clients/revocation', { body });
    await expect(mtls.token()).rejects.toMatchObject({ cause: { error: 'invalid_client' } });
    await vi.waitFor(() => expect(crm.lives(accessToken)).toBe(false), WAIT);
    await expect(mtls.lease(unused)).rejects.toMatchObject({ status: 401 });
    await plane.ask('anna', 'POST', '/v1/credential-clients/restoration', { body });
    await leaseOf(mtls);
  });

  test('by security of that tenant only', async () => {
    const { lease } = await leaseOf(mtls);
    expect(await plane.ask('bruno', 'POST', `${REVOKED}/revocation`, reason)).toMatchObject({ status: 403 });
    expect(await plane.ask('dana', 'POST', `${REVOKED}/revocation`, reason)).toMatchObject({ status: 404 });
    expect(await plane.ask('dana', 'POST', `/v1/leases/${lease}/revocation`, reason)).toMatchObject({
      status: 404,
    });
    const client = { body: { client: 'spiffe://bailiwick.local/eu-central/classifier', ...reason.body } };
    expect(await plane.ask('anna', 'POST', '/v1/credential-clients/revocation', client)).toMatchObject({
      status: 404,
    });
  });
});

describe('F5 no credential is in the store in clear', () => {
  /** Every row of every table of the schema, as text. */
  async function dump(): Promise<string> {
    const { rows } = await database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'control'`,
    );
    const parts: string[] = [];
    for (const { name } of rows) {
      const table = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      parts.push(...table.rows.map(({ row }) => `${name} ${row}`));
    }
    return parts.join('\n');
  }

  test('neither the keys of connected apps nor a token, of ours or of the CRM', async () => {
    for (const { keyFile } of crm.logins) {
      const { d, p, q, clientSecret, refreshToken } = z
        .record(z.string(), z.unknown())
        .parse(JSON.parse(await readFile(keyFile, 'utf8')));
      for (const part of [d, p, q, clientSecret, refreshToken])
        if (typeof part === 'string') secrets.add(part);
    }
    for (const token of crm.granted) secrets.add(token);
    expect(secrets.size).toBeGreaterThan(20);
    const text = await dump();
    expect(text).toContain('control.crm_key');
    expect(text).toContain('control.lease');
    const hex = (secret: string): string => Buffer.from(secret, 'base64url').toString('hex');
    for (const secret of secrets) {
      expect(text.includes(secret)).toBe(false);
      expect(text.includes(hex(secret))).toBe(false);
    }
  });

  test('a key that is made here never leaves, and signs once the CRM knows it', async () => {
    const made = await plane.ask('anna', 'POST', `${REVOKED}/keys`);
    expect(made).toMatchObject({ status: 201, body: { kty: 'RSA', kid: expect.any(String) } });
    expect(Object.keys(made.body).toSorted()).toEqual(['e', 'kid', 'kty', 'n']);
    await leaseOf(mtls);
    const { kid } = z.object({ kid: z.string() }).parse(made.body);
    expect(await plane.ask('anna', 'POST', `${REVOKED}/keys/${kid}/use`)).toMatchObject({ status: 200 });
    const answer = await mtls.lease((await mtls.token()).access_token);
    expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'crm-login-refused' }]);
  });

  test('a sealing key that others may read stops the start', async () => {
    const file = await plane.mesh.keys.sealing();
    await chmod(file, 0o640);
    expect(() => fileKeyProvider(file)).toThrow('others may read it');
    await chmod(file, 0o600);
    expect(() => fileKeyProvider(file)).not.toThrow();
  });
});
