/** What the stage runner does with a record whose stage failed. */
export type RunnerAction =
  | 'dead-letter'
  | 'hold'
  | 'refuse'
  | 'acknowledge'
  | 'back-off'
  | 'stop'
  | 'retry-then-dead-letter';

/** How one category of error shows at every edge. */
export interface ErrorPolicy {
  /** HTTP status (RFC 9110). */
  readonly http: number;
  /** gRPC status code. https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
  readonly grpc: number;
  readonly runner: RunnerAction;
  /** Short title for problem details; the same for every error of the category. */
  readonly title: string;
}

/** The error table: the one place that maps categories to HTTP, gRPC and the runner. */
export const ERROR_TABLE = {
  invalid: { http: 400, grpc: 3, runner: 'dead-letter', title: 'The request is not valid' },
  unauthenticated: { http: 401, grpc: 16, runner: 'hold', title: 'The caller is not known' },
  denied: { http: 403, grpc: 7, runner: 'hold', title: 'Not permitted' },
  missing: { http: 412, grpc: 9, runner: 'hold', title: 'A precondition is missing' },
  unconditional: { http: 428, grpc: 9, runner: 'hold', title: 'The request must name what it changes' },
  'not-found': { http: 404, grpc: 5, runner: 'dead-letter', title: 'Not found' },
  gone: { http: 410, grpc: 5, runner: 'dead-letter', title: 'No longer there' },
  'too-large': { http: 413, grpc: 8, runner: 'dead-letter', title: 'Too large' },
  unsupported: { http: 415, grpc: 3, runner: 'dead-letter', title: 'Not a format that is read here' },
  'wrong-place': { http: 421, grpc: 9, runner: 'refuse', title: 'Another cell is responsible' },
  conflict: { http: 409, grpc: 6, runner: 'acknowledge', title: 'Already done' },
  transient: { http: 503, grpc: 14, runner: 'back-off', title: 'Not available now' },
  exhausted: { http: 429, grpc: 8, runner: 'back-off', title: 'Too much at once' },
  integrity: { http: 500, grpc: 15, runner: 'stop', title: 'Integrity failure' },
  internal: { http: 500, grpc: 13, runner: 'retry-then-dead-letter', title: 'Internal error' },
} as const satisfies Record<string, ErrorPolicy>;

export type ErrorCategory = keyof typeof ERROR_TABLE;

/** Every error code of the mesh with its category. Codes are stable: producers and operators match on them. */
export const ERROR_CODES = {
  'body-not-json': 'invalid',
  'body-not-utf8': 'invalid',
  'body-too-large': 'too-large',
  'event-invalid': 'invalid',
  'event-empty': 'invalid',
  'event-time-skewed': 'invalid',
  'content-type-unsupported': 'unsupported',
  'query-invalid': 'invalid',
  'record-undecodable': 'invalid',
  'record-too-large': 'too-large',
  'config-invalid': 'invalid',
  'token-missing': 'unauthenticated',
  'token-invalid': 'unauthenticated',
  'signature-invalid': 'unauthenticated',
  'signature-stale': 'unauthenticated',
  'webhook-unknown': 'not-found',
  'webhook-retired': 'gone',
  'webhook-truncated': 'too-large',
  'route-unknown': 'not-found',
  'tenant-not-found': 'not-found',
  'record-unknown': 'not-found',
  'log-file-unknown': 'not-found',
  'model-unknown': 'not-found',
  'change-unknown': 'not-found',
  'thing-unknown': 'not-found',
  'change-invalid': 'invalid',
  'change-closed': 'conflict',
  'change-stale': 'missing',
  'version-stale': 'missing',
  'condition-required': 'unconditional',
  'idempotency-key-reused': 'invalid',
  'text-differs': 'missing',
  'role-missing': 'denied',
  'approval-not-permitted': 'denied',
  'change-unreviewed': 'denied',
  'tenant-foreign': 'not-found',
  'tenant-unknown': 'denied',
  'scope-insufficient': 'denied',
  'profile-missing': 'denied',
  'profile-not-acknowledged': 'denied',
  'purpose-unknown': 'denied',
  'catalog-unknown': 'missing',
  'certificate-not-permitted': 'denied',
  'endpoint-not-permitted': 'denied',
  'field-drifted': 'denied',
  'content-above-label': 'denied',
  'decision-held': 'missing',
  'release-unknown': 'not-found',
  'release-not-approved': 'denied',
  'release-forged': 'denied',
  'release-other-record': 'denied',
  'release-expired': 'missing',
  'wrong-cell': 'wrong-place',
  'already-done': 'conflict',
  'control-not-ready': 'transient',
  'control-stale': 'missing',
  'broker-unavailable': 'transient',
  'evidence-not-ready': 'transient',
  'books-not-settled': 'transient',
  'openlineage-unavailable': 'transient',
  'topic-missing': 'transient',
  'database-unavailable': 'transient',
  'pool-unavailable': 'transient',
  'pool-timeout': 'transient',
  'pool-refused': 'transient',
  'crm-unavailable': 'transient',
  'crm-refused': 'invalid',
  'crm-login-refused': 'denied',
  'connection-unknown': 'denied',
  'credential-refused': 'denied',
  'credential-revoked': 'denied',
  'credential-unavailable': 'transient',
  'issuer-unavailable': 'transient',
  'peer-unavailable': 'transient',
  'deadline-exceeded': 'transient',
  'answer-late': 'transient',
  'shutting-down': 'transient',
  'too-many-requests': 'exhausted',
  'quota-exhausted': 'exhausted',
  'output-invalid': 'invalid',
  'output-leaks': 'denied',
  'question-held': 'denied',
  'question-failed': 'internal',
  'subject-erased': 'invalid',
  'tenant-erased': 'denied',
  'erasure-unknown': 'not-found',
  'erasure-not-ordered': 'denied',
  'seal-broken': 'integrity',
  'control-forged': 'integrity',
  'topic-forbidden': 'integrity',
  'log-broken': 'integrity',
  'log-forked': 'integrity',
  'record-unaccounted': 'integrity',
  'canary-found': 'integrity',
  'receipt-missing': 'denied',
  'receipt-forged': 'denied',
  'receipt-expired': 'missing',
  'receipt-not-yet': 'missing',
  'clock-skewed': 'missing',
  'receipt-replayed': 'denied',
  'receipt-other-pool': 'denied',
  'receipt-other-jurisdiction': 'denied',
  'receipt-other-event': 'denied',
  'receipt-altered-payload': 'denied',
  'receipt-not-allow': 'denied',
  internal: 'internal',
} as const satisfies Record<string, ErrorCategory>;

export type ErrorCode = keyof typeof ERROR_CODES;
