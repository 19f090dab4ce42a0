import { signedClaims } from '@bailiwick/receipt';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SENSITIVITIES, TRANSFER_BASES } from '@bailiwick/domain';
import { routeCandidate } from './route-candidate.js';
import { CANDIDATE, EU, NOW, PROFILE, TRUST, controlState, routerOf } from './router.test-kit.js';

const keys = Object.values(TRUST.signers).flat();

describe('a routed record', () => {
  it('goes to a pool at home, sealed to it, with its way back and a receipt that names it', async () => {
    const routed = await routeCandidate(CANDIDATE, routerOf(EU));
    if (routed.kind !== 'pool') throw new Error(`routed ${routed.kind}`);
    expect(routed.request).toMatchObject({
      pool: 'eu-shared',
      model: 'small',
      homeRegion: 'eu-central',
      payload: { recipient: 'pool/eu-shared', wrappedKey: Buffer.from('wrapped by key of eu-shared') },
      homeWrappedKey: Buffer.from('wrapped at home'),
    });
    expect(signedClaims(routed.request.receipt, keys)).toMatchObject({
      event: 'evt_1',
      outcome: 'allow',
      pool: 'eu-shared',
      exp: NOW / 1000 + 900,
      payloadDigest: CANDIDATE.digest.toString('base64url'),
      labels: { highestSensitivity: 'Internal', categories: ['free-text'] },
    });
    expect(routed.fact.decision?.receipt).toBe(routed.request.receipt);
  });

  it('goes abroad when only there is a pool and the contract permits it', async () => {
    const routed = await routeCandidate({ ...CANDIDATE, purpose: 'digest' }, routerOf(EU));
    if (routed.kind !== 'abroad') throw new Error(`routed ${routed.kind}`);
    expect(routed.crossing).toMatchObject({
      fromRegion: 'eu-central',
      toRegion: 'us-east',
      eventId: 'evt_1',
    });
    expect(routed.fact.decision).toMatchObject({
      transferBasis: 'scc',
      toJurisdiction: 'us',
      pool: 'us-shared',
    });
  });

  it('is held on control topics that nobody has confirmed, with a receipt that says so', async () => {
    const routed = await routeCandidate(CANDIDATE, routerOf(EU, controlState(PROFILE, NOW - 300_001)));
    expect(routed).toMatchObject({ kind: 'held', reason: 'policy-stale' });
    expect(signedClaims(routed.fact.decision?.receipt ?? '', keys)).toMatchObject({
      outcome: 'hold',
      pool: null,
    });
  });

  it('waits until the control topics have been read', async () => {
    const control = { ...controlState(), ready: false };
    await expect(routeCandidate(CANDIDATE, routerOf(EU, control))).rejects.toMatchObject({
      code: 'control-not-ready',
    });
  });

  it('never leaves the jurisdiction without a basis that the profile names for this sensitivity', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SENSITIVITIES, 'Secret', ''),
        fc.constantFrom(...SENSITIVITIES),
        fc.constantFrom(...TRANSFER_BASES),
        fc.constantFrom('us', 'ch'),
        async (label, highest, transferBasis, jurisdiction) => {
          const permitted = [
            { jurisdiction, transferBasis, documentReference: 'd', highestSensitivity: highest },
          ];
          const control = controlState({ ...PROFILE, permitted });
          const candidate = { ...CANDIDATE, purpose: 'digest', highestSensitivity: label };
          const routed = await routeCandidate(candidate, routerOf(EU, control));
          const rank = SENSITIVITIES.findIndex((known) => known === label);
          const lawful =
            jurisdiction === 'us' &&
            transferBasis !== 'none' &&
            rank >= 0 &&
            rank <= SENSITIVITIES.indexOf(highest);
          expect(routed.kind).toBe(lawful ? 'abroad' : 'held');
        },
      ),
    );
  });
});
