import { createRequire } from 'node:module';

/** Of kafkajs's queue of requests on one connection, which it has no types for, the part that is changed here. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

/** The class itself, shared by every connection of the process. */
export const requestQueueClass = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
  readonly prototype: RequestQueue;
};

/*
 * kafkajs 2.2.4 looks for waiting requests on every connection every millisecond, for as long as the connection lives:
 * with nothing waiting it computes a delay of `-1 - Date.now()`, of which Node makes 1 ms (and since version 24 warns:
 * `TimeoutNegativeWarning`), and looking schedules the next look. No setting stops it, and kafkajs has had no release
 * since: https://github.com/tulios/kafkajs/issues/1704, https://github.com/tulios/kafkajs/issues/1751.
 *
 * Nothing is lost when nobody looks at an empty queue: a request that has to wait schedules the look itself, and every
 * answer looks too. Nowhere else is kafkajs changed.
 */
const { prototype } = requestQueueClass;
const schedule = prototype.scheduleCheckPendingRequests;
if (typeof schedule !== 'function')
  throw new TypeError('this kafkajs has another request queue; does it poll?');

prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
