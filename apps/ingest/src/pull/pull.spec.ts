import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlOf, profile, purpose } from '../admit/control.test-kit.js';
import { inOrder } from './in-order.js';
import { Pull, PullFile } from './pull-file.js';
import { admitPull } from './pull-gate.js';

const pull = (address: string, jurisdiction?: string) =>
  Pull.parse({
    name: 'atlas-cases',
    tenant: 'atlas',
    purpose: 'case-triage',
    source: 'urn:crm:atlas',
    crm: {
      kind: 'salesforce',
      endpoint: { address, ...(jurisdiction === undefined ? {} : { jurisdiction }) },
      connection: 'crm',
      topic: '/data/CaseChangeEvent',
      object: 'Case',
    },
  });
const OWN = 'api.deu.pubsub.salesforce.com:7443';

describe('R1 the gate of a pull', () => {
  const control = controlOf([profile('atlas')], [purpose('atlas')]);
  it('is that of every way in, and asks where the endpoint lies', () => {
    expect(admitPull(pull(OWN), control, 'eu-central')).toMatchObject({ outcome: 'admitted' });
    const refused = (address: string, jurisdiction?: string): unknown =>
      admitPull(pull(address, jurisdiction), control, 'eu-central');
    const notPermitted = { outcome: 'refused', code: 'endpoint-not-permitted' };
    expect(refused('api.pubsub.salesforce.com:7443')).toMatchObject(notPermitted);
    expect(refused('api.pubsub.salesforce.com:7443', 'eu')).toMatchObject(notPermitted);
    expect(refused('10.0.0.1:7443', 'us')).toMatchObject(notPermitted);
  });

  it.each([
    [
      'profile-not-acknowledged',
      controlOf([profile('atlas', { acknowledgement: null })], [purpose('atlas')]),
    ],
    ['purpose-unknown', controlOf([profile('atlas')], [])],
    ['control-not-ready', controlOf([profile('atlas')], [purpose('atlas')], false)],
    ['wrong-cell', controlOf([profile('atlas', { homeRegion: 'us-east' })], [purpose('atlas')])],
  ])('refuses with %s', (code, state) => {
    expect(admitPull(pull(OWN), state, 'eu-central')).toMatchObject({ outcome: 'refused', code });
  });

  it('refuses a file with one name for two pulls, whose cursors would be one', () => {
    expect(PullFile.safeParse([pull(OWN), pull(OWN)]).success).toBe(false);
  });
});

describe('work in order', () => {
  it('gives every result in the order of the source, also those before a failure, and never works on more than its width', async () => {
    const items = fc.array(fc.nat(3), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (waits, width, fails) => {
        let running = 0;
        const source = async function* () {
          for (const [index, ms] of waits.entries()) {
            if (ms === 3) await sleep(0);
            yield { index, ms };
          }
          if (fails) throw new Error('the source broke');
        };
        const results: number[] = [];
        const all = (async () => {
          const worked = inOrder(source(), width, async ({ index, ms }) => {
            expect(++running).toBeLessThanOrEqual(width);
            await sleep(ms);
            running--;
            return index;
          });
          for await (const result of worked) results.push(result);
        })();
        if (fails) await expect(all).rejects.toThrow('the source broke');
        else await all;
        expect(results).toEqual(waits.map((_, index) => index));
      }),
      { numRuns: 25 },
    );
  });
});
