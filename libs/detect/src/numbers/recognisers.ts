import type { Recogniser } from '../recogniser.js';
import { age } from './age.js';
import { creditCard } from './credit-card.js';
import { dateOfBirth } from './date-of-birth.js';
import { dateTime } from './date-time.js';
import { licencePlate } from './licence-plate.js';
import { nationalId } from './national-id.js';
import { phoneNumber } from './phone-number.js';

/** What is found by its digits. */
export const NUMBER_RECOGNISERS: readonly Recogniser[] = [
  phoneNumber,
  creditCard,
  nationalId,
  dateOfBirth,
  dateTime,
  age,
  licencePlate,
];
