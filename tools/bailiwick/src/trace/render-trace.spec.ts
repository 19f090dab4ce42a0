import { generateKeyPairSync } from 'node:crypto';
import { ReceiptSigner, receiptClaims } from '@bailiwick/receipt';
import { describe, expect, test } from 'vitest';
import { noPaint, paintFor } from '../print/style.js';
import { EVENT_ID, sampleDecision, sampleHistory, sampleStep } from '../sample.test-kit.js';
import { checkReceipt, type Signers } from './check-receipt.js';
import { renderTrace, type TraceContext } from './render-trace.js';

const ROUTER = 'spiffe://bailiwick.local/eu-central/residency-router';

/** A router's key pair: what signs, and what the trust bundle says of it. */
function router(issuer: string): { trust: Signers; receipt: (event: string) => string } {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const key = { kty: 'OKP', crv: 'Ed25519', x: jwk.x ?? '', kid: `${issuer}#1` } as const;
  const signer = new ReceiptSigner({ ...key, d: jwk.d ?? '' });
  return {
    trust: { signers: { [issuer]: [key] } },
    receipt: (event) =>
      signer.sign(
        receiptClaims({
          issuer: ROUTER,
          decision: {
            outcome: 'allow',
            reasons: ['home-pool'],
            basis: 'none-needed',
            pool: 'eu-shared',
            region: 'eu-central',
            jurisdiction: 'eu',
          },
          event,
          tenant: 'atlas',
          purpose: 'case-triage',
          purposeVersion: 1,
          from: { region: 'eu-central', jurisdiction: 'eu' },
          profileVersion: 1,
          policyDigest: 'p',
          payloadDigest: new Uint8Array(32),
          highestSensitivity: 'Internal',
          categories: [],
          now: Date.parse('2026-11-01T10:00:00Z'),
          lifetimeMs: 600_000,
        }),
      ),
  };
}
const own = router(ROUTER);
const context: TraceContext = { trust: own.trust, jaeger: 'http://127.0.0.1:16686', paint: noPaint };
const decided = (receipt: string, rest: Parameters<typeof sampleDecision>[0] = {}) =>
  sampleStep('decided', 'residency-router', 20, { decision: sampleDecision({ receipt, ...rest }) });

test('an answered record is told on one screen, each step with its time, place and service', () => {
  const history = sampleHistory();
  const steps = history.steps.map((step) =>
    step.kind === 'decided' ? decided(own.receipt(EVENT_ID)) : step,
  );
  const lines = renderTrace({ ...history, steps }, context);
  expect(lines.slice(0, 12)).toEqual([
    'evt_abcdefghijklmnopqrstuvwx23  answered in eu by pool eu-shared',
    'Case of tenant atlas for purpose case-triage, received in eu-central, 2026-11-01 10:00:00.000 UTC',
    'trace 0af7651916cd43dd8448eb211c80319c  http://127.0.0.1:16686/api/traces/0af7651916cd43dd8448eb211c80319c',
    '',
    'AFTER    REGION      SERVICE            WHAT HAPPENED',
    '+0 ms    eu-central  ingest             received and sealed to its data subject',
    '+12 ms   eu-central  classifier         3 fields labelled and minimised: keep 1, pseudonymise 1, drop 1',
    '+20 ms   eu-central  residency-router   allowed to pool eu-shared in eu, transfer basis none-needed, residency profile version 1',
    '                                          home-pool: A pool in the home jurisdiction may answer.',
    `                                          receipt verified: signed by ${ROUTER}, holds until 2026-11-01 10:10:00.000`,
    '+60 ms   eu-central  inference-adapter  answered by triage-small on eu-shared in 18 ms, 40 + 12 tokens',
    '+184 ms  eu-central  writeback          wrote Priority, Suggested_Reply__c to Case of sample-crm, 1 pseudonym restored, with lease_1',
  ]);
  expect(lines.slice(13)).toEqual([
    'FIELD        CATEGORY   SENSITIVITY  ACTION        FOUND IN IT  WHERE IT WENT',
    'Subject      free-text  Internal     keep          PERSON 2     eu-central, sealed to subject',
    'ContactName  free-text  Internal     pseudonymise               eu-central, sealed to subject',
    'IBAN         free-text  Internal     drop                       eu-central, sealed to subject',
  ]);
});

test('a record that was denied says why in a sentence', () => {
  const step = sampleStep('held', 'residency-router', 20, {
    reason: 'transfer-not-permitted',
    decision: sampleDecision({
      outcome: 'deny',
      reasons: ['transfer-not-permitted'],
      pool: '',
      toJurisdiction: '',
    }),
  });
  const history = sampleHistory({
    outcome: 'denied',
    reason: 'transfer-not-permitted',
    answeredIn: null,
    pool: null,
    traceId: null,
    steps: [step],
  });
  const text = renderTrace(history, context).join('\n');
  expect(text).toContain('denied (transfer-not-permitted)');
  expect(text).toContain('names no transfer basis for the jurisdiction of the only pools');
  expect(text).toContain('trace not recorded');
});

test('violations are told after the fields', () => {
  const violations = [
    {
      violationId: 'v',
      eventId: EVENT_ID,
      tenant: 'atlas',
      code: 'receipt-forged',
      service: 'inference-adapter',
      region: 'eu-central',
      at: '2026-11-01T10:00:01.000Z',
      detail: 'no trusted router signed it',
    },
  ];
  expect(renderTrace(sampleHistory({ violations }), context).at(-1)).toBe(
    'violation 2026-11-01 10:00:01.000 eu-central inference-adapter receipt-forged: no trusted router signed it',
  );
});

describe('a receipt that does not hold is never called verified', () => {
  test.each([
    ['absent', '', 'there is none'],
    ['forged', router(ROUTER).receipt(EVENT_ID), 'no trusted router signed it'],
    ['about another event', own.receipt('evt_other'), 'it is about another event'],
    [
      'altered',
      own.receipt(EVENT_ID).replace(/\.[^.]+\./, '.eyJmb3JnZWQiOnRydWV9.'),
      'no trusted router signed it',
    ],
  ])('%s', (_what, receipt, why) => {
    expect(checkReceipt(receipt, EVENT_ID, own.trust)).toEqual({ verified: false, why });
  });

  test('signed by a trusted router that is not the one it names', () => {
    const other = router('spiffe://bailiwick.local/us-east/residency-router');
    const trust = { signers: { ...own.trust.signers, ...other.trust.signers } };
    expect(checkReceipt(other.receipt(EVENT_ID), EVENT_ID, trust)).toEqual({
      verified: false,
      why: 'another signer than it names',
    });
  });
});

test('colours are for terminals, and NO_COLOR is heard', () => {
  expect(paintFor({ isTTY: true }, {})('held', 'waiting')).toContain('\u001B[');
  expect(paintFor({ isTTY: true }, { NO_COLOR: '1' })('held', 'waiting')).toBe('held');
  expect(paintFor({}, {})('held', 'waiting')).toBe('held');
});
