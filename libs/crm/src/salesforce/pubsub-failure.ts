import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';

/** What a subscriber does about a failure. */
export type FailureAction =
  /** Subscribes again from the stored id, after a back-off. */
  | 'retry'
  /** Gets a new access token, then as `retry`. */
  | 'reauthenticate'
  /** As `retry`, but much later: the org has no allocation left. */
  | 'slow-down'
  /** The stored id is of no use: declares a gap, reads what is still kept, and reconciles. */
  | 'replay-gone'
  /** Never tries again by itself. */
  | 'stop';

const PREFIX = 'sfdc.platform.eventbus.grpc.';

/**
 * What each of Salesforce's error codes asks for; the prefix that all have is left out. A code that is not here is judged by its gRPC status.
 * https://developer.salesforce.com/docs/platform/pub-sub-api/guide/handling-errors.html#error-codes
 */
export const ACTION_OF_CODE: Readonly<Record<string, FailureAction>> = {
  'service.unavailable': 'retry',
  'service.auth.error': 'reauthenticate',
  'service.auth.headers.invalid': 'reauthenticate',
  'service.auth.refresh.invalid': 'reauthenticate',
  'concurrent.client.limit.exceeded': 'slow-down',
  'subscription.limit.exceeded': 'slow-down',
  'subscription.fetch.replayid.corrupted': 'replay-gone',
  'subscription.fetch.replayid.validation.failed': 'replay-gone',
  'subscription.fetch.requested.events.invalid': 'stop',
  'topic.not.found': 'stop',
  'schema.not.found': 'stop',
};

const ACTION_OF_STATUS: Readonly<Record<status, FailureAction>> = {
  // A stream that the server ended well is opened again.
  [status.OK]: 'retry',
  [status.CANCELLED]: 'retry',
  [status.UNKNOWN]: 'retry',
  [status.INVALID_ARGUMENT]: 'stop',
  [status.DEADLINE_EXCEEDED]: 'retry',
  [status.NOT_FOUND]: 'stop',
  [status.ALREADY_EXISTS]: 'stop',
  [status.PERMISSION_DENIED]: 'stop',
  [status.RESOURCE_EXHAUSTED]: 'slow-down',
  [status.FAILED_PRECONDITION]: 'stop',
  [status.ABORTED]: 'retry',
  [status.OUT_OF_RANGE]: 'stop',
  [status.UNIMPLEMENTED]: 'stop',
  [status.INTERNAL]: 'retry',
  [status.UNAVAILABLE]: 'retry',
  [status.DATA_LOSS]: 'retry',
  [status.UNAUTHENTICATED]: 'reauthenticate',
};

/** A failed call. Of what Salesforce says only the code is kept: its sentences may name a user. */
export class PubSubFailure extends Error {
  override readonly name = 'PubSubFailure';

  constructor(
    readonly action: FailureAction,
    /** Salesforce's error code without its prefix, or the name of the gRPC status. */
    readonly code: string,
  ) {
    super(`the CRM answered ${code}`);
  }
}

const CODE = /^[a-z][a-z0-9.]{0,100}$/;

/** Reads what a call was ended with. */
export function readFailure(failure: Pick<ServiceError, 'code'> & { metadata?: Metadata }): PubSubFailure {
  const trailer = failure.metadata?.get('error-code')[0]?.toString() ?? '';
  const code = trailer.startsWith(PREFIX) ? trailer.slice(PREFIX.length) : trailer;
  const known = Object.hasOwn(ACTION_OF_CODE, code) ? ACTION_OF_CODE[code] : undefined;
  const action = known ?? ACTION_OF_STATUS[failure.code] ?? 'retry';
  const name = (status[failure.code] ?? 'UNKNOWN').toLowerCase().replaceAll('_', '-');
  return new PubSubFailure(action, CODE.test(code) ? code : name);
}

/** Makes the status that a server of this protocol ends a call with. */
export function failureStatus(code: string, grpc: status, details: string): StatusObject {
  const metadata = new Metadata();
  metadata.set('error-code', `${PREFIX}${code}`);
  return { code: grpc, details, metadata };
}
