/**
 * Everything that custody can refuse, each with the error category of the design's table, so that a service maps
 * a code to its own error without knowing custody's insides.
 */
export const CUSTODY_ERRORS = {
  'seal-broken': {
    category: 'invalid',
    meaning: 'The seal does not open with this key for this event, tenant and context.',
  },
  'wrong-recipient': { category: 'invalid', meaning: 'The content is sealed to another key.' },
  'key-missing': {
    category: 'missing',
    meaning: 'The data subject has no such key: never made here, or destroyed.',
  },
  'tenant-destroyed': {
    category: 'missing',
    meaning: 'The key of the tenant was destroyed; nothing is sealed or opened for it.',
  },
  'key-store-unavailable': { category: 'transient', meaning: 'The key store did not answer.' },
  'key-store-refused': { category: 'internal', meaning: 'The key store refused the statement.' },
  'key-file-invalid': {
    category: 'internal',
    meaning:
      'The key file cannot be read or does not hold the keys it must, or a secret beside it is gone that stored keys are wrapped by.',
  },
} as const;
export type CustodyErrorCode = keyof typeof CUSTODY_ERRORS;

/** The only error that custody throws. Its message is the code's meaning and names no personal data. */
export class CustodyError extends Error {
  override readonly name = 'CustodyError';
  readonly code: CustodyErrorCode;
  readonly category: (typeof CUSTODY_ERRORS)[CustodyErrorCode]['category'];

  constructor(code: CustodyErrorCode, options?: ErrorOptions) {
    super(CUSTODY_ERRORS[code].meaning, options);
    this.code = code;
    this.category = CUSTODY_ERRORS[code].category;
  }
}
