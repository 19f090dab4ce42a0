import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AccessTokens } from './access-tokens.js';
import { TestIssuer, type TokenChanges } from './issuer.test-kit.js';

let issuer: TestIssuer;
let tokens: AccessTokens;
beforeAll(async () => {
  issuer = await TestIssuer.start();
  tokens = new AccessTokens(issuer.url);
});
afterAll(() => issuer.stop());

const verify = async (changes: TokenChanges = {}) => tokens.verify(`Bearer ${await issuer.token(changes)}`);

describe('a producer is who its access token says', () => {
  it('reads tenant, purposes and end of a token of the issuer', async () => {
    const producer = await verify({ scope: 'tenant:atlas purpose:case-triage purpose:case-digest openid' });
    expect(producer).toMatchObject({
      id: 'atlas-crm',
      tenant: 'atlas',
      purposes: ['case-triage', 'case-digest'],
    });
    expect(producer.expiresAt - Date.now()).toBeGreaterThan(290_000);
  });

  it.each<[string, string, TokenChanges]>([
    ['of another audience', 'token-invalid', { audience: 'urn:else' }],
    ['of another issuer', 'token-invalid', { issuer: 'https://else.example' }],
    ['that has expired', 'token-invalid', { expiresInSeconds: -60 }],
    ['that is an id token', 'token-invalid', { typ: 'JWT' }],
    ['signed by a foreign key', 'token-invalid', { foreign: true }],
    ['for no tenant', 'scope-insufficient', { scope: 'purpose:case-triage' }],
    ['for two tenants', 'scope-insufficient', { scope: 'tenant:atlas tenant:harbor' }],
  ])('refuses a token %s with %s', async (_case, code, changes) => {
    await expect(verify(changes)).rejects.toMatchObject({ code });
  });

  it.each([
    ['no header', 'token-missing', undefined],
    ['another scheme', 'token-invalid', 'Basic YTpi'],
    ['no JWT', 'token-invalid', 'Bearer abc'],
    ['an unsigned token', 'token-invalid', 'Bearer eyJhbGciOiJub25lIn0.e30.AA'],
  ])('refuses %s with %s', async (_case, code, header) => {
    await expect(tokens.verify(header)).rejects.toMatchObject({ code });
  });

  it('remembers a token that it verified, and only until that expires', async () => {
    const token = await issuer.token({ expiresInSeconds: 100 });
    const first = await tokens.verify(`Bearer ${token}`);
    expect(await tokens.verify(`bearer ${token}`)).toBe(first);
    vi.useFakeTimers({ now: Date.now() + 50_000, toFake: ['Date'] });
    expect(await tokens.verify(`Bearer ${token}`)).toBe(first);
    vi.setSystemTime(Date.now() + 56_000);
    await expect(tokens.verify(`Bearer ${token}`)).rejects.toMatchObject({ code: 'token-invalid' });
    vi.useRealTimers();
  });

  it('says that the issuer is not there, and recovers when it is', async () => {
    const late = new AccessTokens('http://127.0.0.1:9');
    const token = await issuer.token();
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(late.verify(`Bearer ${token}`)).rejects.toMatchObject({ code: 'issuer-unavailable' });
  });
});
