import type { Recogniser } from '../recogniser.js';
import { bic } from './bic.js';
import { crypto } from './crypto.js';
import { email } from './email.js';
import { iban } from './iban.js';
import { ipAddress } from './ip-address.js';
import { macAddress } from './mac-address.js';
import { secret } from './secret.js';
import { url } from './url.js';

/** What is found by its form: addresses of machines and mailboxes, account codes, keys. */
export const CODE_RECOGNISERS: readonly Recogniser[] = [
  email,
  url,
  iban,
  bic,
  ipAddress,
  macAddress,
  crypto,
  secret,
];
