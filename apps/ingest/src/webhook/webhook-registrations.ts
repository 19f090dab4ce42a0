import { CrmWebhook, EVENT_MEMBERS, openWebhook, type WebhookProtocol } from '@bailiwick/crm';
import { BailiwickError, type Logger } from '@bailiwick/platform';
import { z } from 'zod';
import type { Producer } from '../authorise/producer.js';
import type { BorrowFor } from '../pull/borrowing.js';
import { WebhookSecrets } from './webhook-secrets.js';

/** A webhook as registered: who sends, what it may send, and the files of its secrets (two while one is rotated). */
const Registration = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  tenant: z.string().min(1),
  purpose: EVENT_MEMBERS.purpose,
  source: EVENT_MEMBERS.source,
  /** How its sender signs and what it says; absent: the generic signature, and one CloudEvent. */
  crm: CrmWebhook.default({ kind: 'bailiwick' }),
  secretFile: z.array(z.string().min(1)).min(1).max(2),
  /** Nothing is taken any more, and its sender is told not to try again. */
  retired: z.boolean().default(false),
});
/** Content of the file that `BAILIWICK_WEBHOOKS_FILE` names. */
export const WebhookFile = z
  .array(Registration)
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, {
    message: 'an id is registered twice',
  });

/** A webhook that may call. */
export interface Webhook {
  readonly source: string;
  readonly purpose: string;
  readonly protocol: WebhookProtocol;
  readonly secrets: WebhookSecrets;
  readonly producer: Producer;
}

/** The registered webhooks. */
export class WebhookRegistrations {
  /** Null: retired. */
  readonly #webhooks: ReadonlyMap<string, Webhook | null>;

  /** Throws `config-invalid` for a webhook without a secret, or with a short one. */
  constructor(registrations: z.infer<typeof WebhookFile>, logger: Logger, borrow: BorrowFor) {
    this.#webhooks = new Map(
      registrations.map(({ id, tenant, purpose, source, crm, secretFile, retired }) => [
        id,
        retired
          ? null
          : {
              source,
              purpose,
              protocol: openWebhook(crm, source, borrow({ tenant, purpose })),
              secrets: new WebhookSecrets(secretFile, logger),
              producer: {
                id: `webhook/${id}`,
                tenant,
                purposes: [purpose],
                expiresAt: Number.POSITIVE_INFINITY,
              },
            },
      ]),
    );
  }

  /** Throws `webhook-unknown` or `webhook-retired`. */
  get(id: string): Webhook {
    const webhook = this.#webhooks.get(id);
    if (webhook === undefined) throw new BailiwickError('webhook-unknown', 'no webhook is registered here');
    if (webhook === null)
      throw new BailiwickError('webhook-retired', 'this webhook takes nothing any more; do not send again');
    return webhook;
  }
}
