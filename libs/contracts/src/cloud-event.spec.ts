import { SENSITIVITIES } from '@bailiwick/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHeaders, toHeaders, type CloudEvent } from './cloud-event.js';

const event = fc.record<CloudEvent>({
  id: fc.stringMatching(/^evt_[a-z2-7]{26}$/),
  type: fc.stringMatching(/^[a-z.]{1,20}v1$/),
  source: fc.stringMatching(/^spiffe:\/\/[a-z/]{1,20}$/),
  subject: fc.stringMatching(/^[a-z2-7]{0,16}$/),
  time: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  contentType: fc.constant('application/protobuf'),
  tenant: fc.stringMatching(/^[a-z]{0,8}$/),
  purpose: fc.stringMatching(/^[a-z]{0,8}$/),
  classification: fc.constantFrom(...SENSITIVITIES),
  traceparent: fc.option(fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')),
});

describe('cloud event headers', () => {
  it('what is written is read', () => {
    fc.assert(
      fc.property(event, (written) => {
        expect(fromHeaders(toHeaders(written))).toEqual({ ...written });
      }),
    );
  });

  it('an unknown or missing classification reads as the highest', () => {
    fc.assert(
      fc.property(event, fc.option(fc.string()), (written, label) => {
        if (label !== null && (SENSITIVITIES as readonly string[]).includes(label)) return;
        const headers = { ...toHeaders(written), ce_dataclassification: label ?? undefined };
        expect(fromHeaders(headers)).toMatchObject({ classification: 'MissionCritical' });
      }),
    );
  });

  it.each(['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time'])(
    'names the missing attribute %s',
    (name) => {
      const [sample] = fc.sample(event, 1);
      if (!sample) throw new Error('no sample');
      expect(fromHeaders({ ...toHeaders(sample), [name]: undefined })).toEqual({ missing: name });
    },
  );
});
