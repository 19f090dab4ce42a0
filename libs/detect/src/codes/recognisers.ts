import type { Recogniser } from '../recogniser.js';
import { email } from './email.js';
import { iban } from './iban.js';
import { ipAddress } from './ip-address.js';

/** What is found by its form: addresses of machines and mailboxes, account codes, keys. */
export const CODE_RECOGNISERS: readonly Recogniser[] = [email, iban, ipAddress];
