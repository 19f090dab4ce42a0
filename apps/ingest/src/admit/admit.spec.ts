import { CHAT_OBJECT } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Producer } from '../authorise/producer.js';
import { admit } from './admit.js';
import { controlOf, profile, purpose } from './control.test-kit.js';

const producer = (changes: Partial<Producer> = {}): Producer => ({
  id: 'atlas-crm',
  tenant: 'atlas',
  purposes: ['case-triage'],
  expiresAt: Infinity,
  ...changes,
});
const asked = { purpose: 'case-triage', object: 'Case' };
const control = controlOf([profile('atlas')], [purpose('atlas'), purpose('ghost')]);

describe('the one gate of every way in', () => {
  it('admits a producer for a purpose that its tenant has in its home cell', () => {
    expect(admit(producer(), asked, control, 'eu-central')).toMatchObject({
      outcome: 'admitted',
      purpose: { id: 'case-triage' },
    });
  });

  it('takes the only purpose of the credential when the event names none', () => {
    expect(admit(producer(), { ...asked, purpose: null }, control, 'eu-central').outcome).toBe('admitted');
  });

  it('B5 a tenant without an acknowledged profile is refused', () => {
    const pending = controlOf([profile('atlas', { acknowledgement: null })], [purpose('atlas')]);
    expect(admit(producer(), asked, pending, 'eu-central')).toMatchObject({
      code: 'profile-not-acknowledged',
    });
  });

  it('points to the right cell when this is not it', () => {
    const elsewhere = controlOf([profile('atlas', { homeRegion: 'us-east' })], [purpose('atlas')]);
    expect(admit(producer(), asked, elsewhere, 'eu-central')).toMatchObject({
      code: 'wrong-cell',
      home: { ingestHttp: 'https://us.example', ingestGrpc: 'us.example:443' },
    });
  });

  it.each([
    ['control-not-ready', producer(), asked, controlOf([profile('atlas')], [purpose('atlas')], false)],
    ['tenant-unknown', producer({ tenant: 'nobody' }), asked, control],
    ['profile-missing', producer({ tenant: 'ghost' }), asked, control],
    ['scope-insufficient', producer({ purposes: ['other'] }), asked, control],
    ['scope-insufficient', producer({ purposes: [] }), asked, control],
    ['scope-insufficient', producer({ purposes: [] }), { ...asked, purpose: null }, control],
    ['event-invalid', producer({ purposes: ['case-triage', 'other'] }), { ...asked, purpose: null }, control],
    ['purpose-unknown', producer({ purposes: ['other'] }), { ...asked, purpose: 'other' }, control],
    ['event-invalid', producer(), { ...asked, object: 'Lead' }, control],
  ] as const)('refuses with %s', (code, who, what, state) => {
    expect(admit(who, what, state, 'eu-central')).toMatchObject({ outcome: 'refused', code });
  });

  it('B1 admits a question only where somebody waits for its answer', () => {
    const chats = controlOf([profile('atlas')], [{ ...purpose('atlas', 'assistant'), object: CHAT_OBJECT }]);
    const question = { purpose: 'assistant', object: CHAT_OBJECT };
    const asker = producer({ purposes: ['assistant'] });
    expect(admit(asker, question, chats, 'eu-central')).toMatchObject({ code: 'event-invalid' });
    expect(admit(asker, { ...question, awaited: true }, chats, 'eu-central').outcome).toBe('admitted');
  });

  it('admits nothing unless profile, acknowledgement, home, scope and purpose all say so', () => {
    const choices = fc.record({
      ready: fc.boolean(),
      known: fc.boolean(),
      acknowledged: fc.boolean(),
      home: fc.boolean(),
      scoped: fc.boolean(),
      has: fc.boolean(),
    });
    fc.assert(
      fc.property(choices, ({ ready, known, acknowledged, home, scoped, has }) => {
        const state = controlOf(
          known
            ? [
                profile('atlas', {
                  homeRegion: home ? 'eu-central' : 'us-east',
                  ...(acknowledged ? {} : { acknowledgement: null }),
                }),
              ]
            : [],
          has ? [purpose('atlas')] : [],
          ready,
        );
        const result = admit(
          producer({ purposes: scoped ? ['case-triage'] : [] }),
          asked,
          state,
          'eu-central',
        );
        const all = ready && known && acknowledged && home && scoped && has;
        expect(result.outcome).toBe(all ? 'admitted' : 'refused');
      }),
    );
  });
});
