import { decodeJwt } from 'jose';
import { afterEach, expect, test, vi } from 'vitest';
import { WRITE_BACK } from './judge.js';
import { Tokens, type TokenDraft } from './tokens.js';

const tokens = (issuer = 'https://control.example'): Tokens =>
  new Tokens(
    () => issuer,
    () => `${issuer}/v1/leases`,
  );
const DRAFT: TokenDraft = {
  client: 'spiffe://bailiwick.local/eu-central/writeback',
  subject: 'evt_1',
  request: {
    type: WRITE_BACK,
    tenant: 'atlas',
    cell: 'eu-central',
    purpose: 'case-triage',
    object: 'Case',
  },
  confirmation: { jkt: 'thumbprint' },
};
afterEach(() => vi.useRealTimers());

test('F5 a token says for what it is and to what it is bound, and holds for five minutes', async () => {
  const issuer = tokens();
  const { id, token } = await issuer.mint(DRAFT);
  expect(await issuer.verify(token)).toMatchObject({
    jti: id,
    sub: 'evt_1',
    client_id: DRAFT.client,
    authorization_details: [DRAFT.request],
    cnf: DRAFT.confirmation,
  });
  const { iat = 0, exp = Infinity } = decodeJwt(token);
  expect(exp - iat).toBeLessThanOrEqual(300);
  vi.useFakeTimers({ now: Date.now() + 298_000, toFake: ['Date'] });
  expect(await issuer.verify(token)).toBeDefined();
  vi.setSystemTime(Date.now() + 3_000);
  expect(await issuer.verify(token)).toBeUndefined();
});

test('F5 a token of another process, issuer or form is none', async () => {
  const issuer = tokens();
  const { token } = await issuer.mint(DRAFT);
  expect(await tokens().verify(token)).toBeUndefined();
  expect(await tokens('https://else.example').verify(token)).toBeUndefined();
  const [header, payload, signature = ''] = token.split('.');
  const claims = { ...decodeJwt(token), client_id: 'another' };
  const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
  expect(await issuer.verify([header, forged, signature].join('.'))).toBeUndefined();
  expect(await issuer.verify([header, payload, ''].join('.'))).toBeUndefined();
  expect(await issuer.verify('')).toBeUndefined();
});
