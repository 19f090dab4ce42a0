import { creditCard } from './credit-card.js';
import { dateOfBirth } from './date-of-birth.js';
import { email } from './email.js';
import { iban } from './iban.js';
import { identity } from './identity.js';
import { ipAddress } from './ip-address.js';
import { nationalId } from './national-id.js';
import { phoneNumber } from './phone-number.js';
import type { Recogniser } from './recogniser.js';

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
