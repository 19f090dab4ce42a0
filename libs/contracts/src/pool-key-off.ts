import type { BorderCrossing } from './gen/bailiwick/inference/v1/border.js';
import type { InferenceRequest } from './gen/bailiwick/inference/v1/inference.js';

/**
 * A request that no pool can open any more, only home: what it is wherever no pool is to answer it next, so that erasing a data
 * subject does not wait for it to go. Its home wraps it for a pool anew with each decision.
 */
export const withoutPoolKey = (request: InferenceRequest): InferenceRequest => ({
  ...request,
  payload: request.payload && { ...request.payload, wrappedKey: Buffer.alloc(0) },
});

/** True when a pool may be able to open the request. */
export const hasPoolKey = ({ payload }: InferenceRequest): boolean => (payload?.wrappedKey.length ?? 0) > 0;

/** The same for what crosses a border. */
export const crossingWithoutPoolKey = (crossing: BorderCrossing): BorderCrossing =>
  crossing.cargo?.$case === 'request'
    ? { ...crossing, cargo: { $case: 'request', value: withoutPoolKey(crossing.cargo.value) } }
    : crossing;
