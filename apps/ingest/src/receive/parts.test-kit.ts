import type { RecordReceived } from '@bailiwick/contracts';
import { RecordReceived as Codec } from '@bailiwick/contracts';
import type { Writing } from '@bailiwick/kafka';
import { SILENT, type Logger } from '@bailiwick/platform';
import { controlOf, profile, purpose } from '../admit/control.test-kit.js';
import type { ControlView } from '../admit/admit.js';
import { RecordReceiver } from './record-receiver.js';

/** A receiver whose writer keeps what it is given, and whose custody seals with nothing but a marker. */
export function keepingReceiver(
  options: {
    readonly control?: ControlView;
    readonly logger?: Logger;
    readonly failWith?: () => unknown;
  } = {},
): { readonly receiver: RecordReceiver; readonly control: ControlView; readonly written: RecordReceived[] } {
  const control =
    options.control ??
    controlOf(
      [
        profile('atlas'),
        profile('pending', { acknowledgement: null }),
        profile('harbor', { homeRegion: 'us-east', homeJurisdiction: 'us' }),
      ],
      ['atlas', 'pending', 'harbor'].map((tenant) => purpose(tenant)),
    );
  const written: RecordReceived[] = [];
  const receiver = new RecordReceiver({
    control,
    custody: {
      subjectOf: (_tenant, object) => Promise.resolve(`subject-of-${object}`),
      sealRecord: ({ plaintext }) =>
        Promise.resolve({
          recipient: 'subject/x',
          wrappedKey: Buffer.alloc(1),
          nonce: Buffer.alloc(12),
          ciphertext: Buffer.alloc(plaintext.length),
        }),
    },
    writer: {
      write: ({ outcomes }: Writing) => {
        const failure = options.failWith?.();
        if (failure !== undefined) return Promise.reject(failure);
        for (const outcome of outcomes)
          if (outcome.kind === 'emit') written.push(Codec.decode(outcome.message.value));
        return Promise.resolve();
      },
    },
    quotas: { take: () => Promise.resolve() },
    region: 'eu-central',
    topic: 'eu.crm.record.v1',
    now: () => new Date(),
    logger: options.logger ?? SILENT,
  });
  return { receiver, control, written };
}
