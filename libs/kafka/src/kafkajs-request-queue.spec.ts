import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requestQueueClass, type RequestQueue } from './kafkajs-request-queue.js';

interface WholeQueue extends RequestQueue {
  maybeThrottle(milliseconds: number): void;
  push(request: object): void;
  checkPendingRequests(): void;
}
const Queue = requestQueueClass as unknown as new (options: object) => WholeQueue;

let queue: WholeQueue;
let sent: number;
const push = (correlationId: number): void =>
  queue.push({
    entry: { correlationId, resolve: () => undefined },
    expectResponse: false,
    sendRequest: () => sent++,
  });

beforeEach(() => {
  vi.useFakeTimers();
  sent = 0;
  queue = new Queue({ clientId: 'test', broker: 'test', logger: { debug: () => undefined } });
});
afterEach(() => void vi.useRealTimers());

describe('the request queue of kafkajs', () => {
  it('sets no timer while nothing waits', () => {
    push(1);
    queue.checkPendingRequests();
    expect([sent, vi.getTimerCount()]).toEqual([1, 0]);
  });
  it('sends what a throttle kept back once the throttle is over, and then sets no timer', () => {
    queue.maybeThrottle(300);
    push(1);
    push(2);
    vi.advanceTimersByTime(290);
    expect(sent).toBe(0);
    vi.advanceTimersByTime(30);
    expect([sent, vi.getTimerCount()]).toEqual([2, 0]);
  });
});
