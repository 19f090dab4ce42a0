import type { WebhookConsent, WebhookDelivery } from '@bailiwick/crm';
import type { Logger } from '@bailiwick/platform';
import type { Webhook } from './webhook-registrations.js';

/** Longest time that a callback may take, in milliseconds. */
const WITHIN_MS = 5000;
/** Callbacks at once; who asks beyond it is not answered that way, and asks again. */
const AT_ONCE = 8;

/** Answers senders that ask whether they may push, before they do. Asking takes no credential, so it must cost little. */
export class WebhookConsents {
  #calling = 0;

  constructor(private readonly logger: Logger) {}

  /** Headers of the answer. Consent by callback is given beside it, to an address that the registration permits. */
  answer({ protocol }: Pick<Webhook, 'protocol'>, asked: WebhookDelivery): Readonly<Record<string, string>> {
    const consent = protocol.consent?.(asked);
    if (!consent) return { allow: 'POST' };
    if (consent.callback !== null && this.#calling < AT_ONCE) void this.#call(consent.callback);
    return consent.headers;
  }

  async #call({ url, headers }: NonNullable<WebhookConsent['callback']>): Promise<void> {
    this.#calling += 1;
    try {
      const signal = AbortSignal.timeout(WITHIN_MS);
      const answer = await fetch(url, { method: 'POST', headers, redirect: 'error', signal });
      await answer.body?.cancel();
      if (!answer.ok)
        this.logger.warn('a sender did not take our consent', { code: `http-${answer.status}` });
    } catch (error) {
      this.logger.warn('a sender could not be told that it may push', { error });
    } finally {
      this.#calling -= 1;
    }
  }
}
