import { Metadata, type ServiceError, type StatusObject, status } from '@grpc/grpc-js';
import { BailiwickError, ERROR_CODES, type ErrorCode } from '@bailiwick/platform';

/** Trailer that carries the stable error code, the same as `code` in problem details. */
export const CODE_TRAILER = 'bailiwick-code';
/** Prefix of the trailers that carry an error's extensions, for example `bailiwick-ext-endpoint`. */
const EXTENSION_PREFIX = 'bailiwick-ext-';

/** A status with which a call ends. */
export type CallStatus = Pick<StatusObject, 'code' | 'details' | 'metadata'>;

/** Renders any thrown thing for a gRPC client by the error table; the cause is left out. */
export function toStatus(thrown: unknown): CallStatus {
  const error = BailiwickError.from(thrown);
  const metadata = new Metadata();
  metadata.set(CODE_TRAILER, error.code);
  for (const [name, value] of Object.entries(error.extensions)) metadata.set(EXTENSION_PREFIX + name, value);
  return { code: error.policy.grpc, details: error.detail, metadata };
}

/** Codes for statuses that the transport itself makes, where no peer of ours could set the trailer. */
const TRANSPORT_CODES: Readonly<Partial<Record<status, ErrorCode>>> = {
  [status.UNAVAILABLE]: 'peer-unavailable',
  [status.DEADLINE_EXCEEDED]: 'deadline-exceeded',
  [status.RESOURCE_EXHAUSTED]: 'body-too-large',
};

/** Reads the status of a failed call back into the error that the other side had. */
export function fromStatus(failure: Pick<ServiceError, 'code' | 'details' | 'metadata'>): BailiwickError {
  const trailers = failure.metadata.getMap();
  const extensions: Record<string, string> = {};
  for (const [name, value] of Object.entries(trailers))
    if (name.startsWith(EXTENSION_PREFIX)) extensions[name.slice(EXTENSION_PREFIX.length)] = value.toString();
  const named = trailers[CODE_TRAILER]?.toString() ?? '';
  if (named in ERROR_CODES)
    return new BailiwickError(named as ErrorCode, failure.details, { cause: failure, extensions });
  const code = TRANSPORT_CODES[failure.code] ?? 'internal';
  return new BailiwickError(code, `the call ended with gRPC status ${failure.code}`, { cause: failure });
}
