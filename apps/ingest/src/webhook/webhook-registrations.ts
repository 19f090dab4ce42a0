import { readFileSync } from 'node:fs';
import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { EVENT_MEMBERS } from '../event/crm-event.js';
import type { Producer } from '../authorise/producer.js';

/** A webhook as registered: what it may send, and the files of the secrets that sign it (two while one is rotated). */
const Registration = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  tenant: z.string().min(1),
  purpose: EVENT_MEMBERS.purpose,
  source: EVENT_MEMBERS.source,
  secretFile: z.array(z.string().min(1)).min(1).max(2),
});
/** Content of the file that `BAILIWICK_WEBHOOKS_FILE` names. */
export const WebhookFile = z.array(Registration);

/** Shortest secret that is taken, in characters. */
const MIN_SECRET = 32;

/** A webhook that may call. */
export interface Webhook {
  readonly source: string;
  readonly secrets: readonly string[];
  readonly producer: Producer;
}

/** The registered webhooks, their secrets read. */
export class WebhookRegistrations {
  readonly #webhooks: ReadonlyMap<string, Webhook>;

  /** Throws `config-invalid` for a secret that is missing or short. */
  constructor(registrations: z.infer<typeof WebhookFile>) {
    this.#webhooks = new Map(
      registrations.map(({ id, tenant, purpose, source, secretFile }) => [
        id,
        {
          source,
          secrets: secretFile.map((path) => readSecret(id, path)),
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

  /** Throws `webhook-unknown`. */
  get(id: string): Webhook {
    const webhook = this.#webhooks.get(id);
    if (!webhook) throw new BailiwickError('webhook-unknown', 'no webhook is registered here');
    return webhook;
  }
}

function readSecret(id: string, path: string): string {
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new BailiwickError('config-invalid', `a secret file of webhook ${id} cannot be read`, { cause });
  }
  if (secret.length < MIN_SECRET)
    throw new BailiwickError(
      'config-invalid',
      `a secret of webhook ${id} has less than ${MIN_SECRET} characters`,
    );
  return secret;
}
