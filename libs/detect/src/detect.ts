import { creditCard } from './credit-card.js';
import { dateOfBirth } from './date-of-birth.js';
import { email } from './email.js';
import { iban } from './iban.js';
import { identity } from './identity.js';
import { ipAddress } from './ip-address.js';
import { nationalId } from './national-id.js';
import { phoneNumber } from './phone-number.js';
import type { DetectOptions, Recogniser } from './recogniser.js';
import { withoutOverlaps, type Span } from './span.js';

/** Every recogniser. To find a new kind of personal data, add one here. */
export const RECOGNISERS: readonly Recogniser[] = [
  email,
  phoneNumber,
  creditCard,
  iban,
  ipAddress,
  nationalId,
  dateOfBirth,
  identity,
];

/**
 * Finds personal data in a text: the same spans for the same text and options, in order, without overlaps, in time
 * linear in the text's length.
 */
export function detect(
  text: string,
  options: DetectOptions = {},
  recognisers: readonly Recogniser[] = RECOGNISERS,
): readonly Span[] {
  const spans: Span[] = [];
  for (const { name, find } of recognisers) {
    for (const finding of find(text, options)) spans.push({ ...finding, recogniser: name });
  }
  return withoutOverlaps(spans);
}
