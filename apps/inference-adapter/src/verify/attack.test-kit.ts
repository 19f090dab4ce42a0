import { createHash, generateKeyPairSync } from 'node:crypto';
import type { InferenceRequest } from '@bailiwick/contracts';
import { ReceiptSigner, SigningKey } from '@bailiwick/receipt';
import type { ErrorCode } from '@bailiwick/platform';
import { EU_CENTRAL, US_EAST, allow, routerOf, type RequestPlan } from '../request.test-kit.js';

/** Keys that an attacker may hold. */
export interface AttackerKeys {
  /** Of the router in the other jurisdiction: trusted for its own tenants. */
  readonly otherRouter: ReceiptSigner;
  /** Of the router of the cell, named but not held. */
  readonly impostor: ReceiptSigner;
}

/** One way to get a record before a model that may not see it. */
export interface Attack {
  readonly name: string;
  /** The violation that it must become. */
  readonly code: ErrorCode;
  readonly plan?: (keys: AttackerKeys) => RequestPlan;
  readonly change?: (request: InferenceRequest) => InferenceRequest;
}

/** A fresh key under the name of another. */
export function impostorOf(kid: string): ReceiptSigner {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return new ReceiptSigner(SigningKey.parse({ ...jwk, kid }));
}

const otherDigest = createHash('sha256').update('another content').digest();

function flipped(request: InferenceRequest): InferenceRequest {
  const ciphertext = Buffer.from(request.payload?.ciphertext ?? []);
  ciphertext[0] = (ciphertext[0] ?? 0) ^ 1;
  return { ...request, payload: { ...request.payload!, ciphertext } };
}

function withClaims(request: InferenceRequest, change: object): InferenceRequest {
  const [header, payload = '', signature] = request.receipt.split('.');
  const claims: object = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const changed = Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
  return { ...request, receipt: `${header}.${changed}.${signature}` };
}

const held = { outcome: 'hold', reasons: ['no-pool'], basis: 'none' } as const;

/** The verification matrix: the pool under attack is `eu-shared`. */
export const ATTACKS: readonly Attack[] = [
  { name: 'no receipt', code: 'receipt-missing', change: (r) => ({ ...r, receipt: '' }) },
  { name: 'a receipt that is no JWS', code: 'receipt-forged', change: (r) => ({ ...r, receipt: 'yes' }) },
  {
    name: "a receipt signed with a key of one's own under the router's key id",
    code: 'receipt-forged',
    plan: ({ impostor }) => ({ signer: impostor }),
  },
  {
    name: 'a receipt whose claims were changed after signing',
    code: 'receipt-forged',
    change: (r) => withClaims(r, { purposeVersion: 2 }),
  },
  {
    name: 'a receipt that another router signed in the name of the home router',
    code: 'receipt-forged',
    plan: ({ otherRouter }) => ({ signer: otherRouter }),
  },
  {
    name: 'a receipt that another router signed in its own name',
    code: 'receipt-forged',
    plan: ({ otherRouter }) => ({ signer: otherRouter, home: US_EAST }),
  },
  {
    name: 'a receipt of the other router that claims to be decided at home',
    code: 'receipt-forged',
    plan: ({ otherRouter }) => ({
      signer: otherRouter,
      home: US_EAST,
      claims: { issuer: routerOf(EU_CENTRAL), from: EU_CENTRAL },
    }),
  },
  {
    name: 'a receipt for another pool',
    code: 'receipt-other-pool',
    plan: () => ({ claims: { decision: allow(EU_CENTRAL, 'eu-nordlicht') } }),
  },
  {
    name: 'a request that names another pool',
    code: 'receipt-other-pool',
    change: (r) => ({ ...r, pool: 'eu-nordlicht' }),
  },
  {
    name: 'a receipt for another jurisdiction',
    code: 'receipt-other-jurisdiction',
    plan: () => ({ claims: { decision: allow(US_EAST, 'eu-shared') } }),
  },
  {
    name: 'a receipt for another region of the jurisdiction',
    code: 'receipt-other-jurisdiction',
    plan: () => ({ claims: { decision: allow({ ...EU_CENTRAL, region: 'eu-west' }, 'eu-shared') } }),
  },
  { name: 'a payload with one bit changed', code: 'receipt-altered-payload', change: flipped },
  {
    name: 'another payload than was decided on',
    code: 'receipt-altered-payload',
    plan: () => ({ claims: { payloadDigest: otherDigest } }),
  },
  {
    name: 'a payload sealed to another pool',
    code: 'receipt-altered-payload',
    plan: () => ({ sealedTo: 'eu-nordlicht' }),
  },
  {
    name: 'no payload',
    code: 'receipt-altered-payload',
    change: (r) => ({ ...r, payload: undefined }),
  },
  {
    name: 'a payload moved to another data subject',
    code: 'receipt-altered-payload',
    change: (r) => ({ ...r, subject: 'aaaaaaaaaaaaaaaa' }),
  },
  {
    name: 'a receipt of another event',
    code: 'receipt-other-event',
    plan: () => ({ claims: { event: 'evt_aaaaaaaaaaaaaaaaaaaaaaaaaa' } }),
  },
  {
    name: 'a receipt of another tenant',
    code: 'receipt-other-event',
    plan: () => ({ claims: { tenant: 'harbor' } }),
  },
  {
    name: 'a receipt for another purpose',
    code: 'receipt-other-event',
    plan: () => ({ claims: { purpose: 'case-digest' } }),
  },
  {
    name: 'a receipt for another version of the purpose',
    code: 'receipt-other-event',
    plan: () => ({ claims: { purposeVersion: 7 } }),
  },
  {
    name: 'a tenant that has no residency profile',
    code: 'receipt-forged',
    plan: () => ({ tenant: 'nobody' }),
  },
  {
    name: 'a receipt that states a refusal',
    code: 'receipt-not-allow',
    plan: () => ({ claims: { decision: held } }),
  },
];
