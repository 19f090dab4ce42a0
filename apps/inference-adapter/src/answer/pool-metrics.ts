import { gauge, histogram } from '@bailiwick/platform';

/** Metrics of the pool that this process is pinned to. `outcome` is `answer` or an error code. */
export const POOL_METRICS = {
  callSeconds: histogram('bailiwick_pool_call_seconds', 'Duration of a model call', ['pool', 'outcome']),
  inFlight: gauge('bailiwick_pool_calls_in_flight', 'Model calls at this moment', ['pool']),
  concurrency: gauge('bailiwick_pool_concurrency', 'Model calls at once at most', ['pool']),
  waiting: gauge('bailiwick_pool_requests_waiting', 'Requests in the topic of the pool, not settled yet', [
    'pool',
  ]),
  room: gauge('bailiwick_pool_room', 'Requests that the pool is said to take yet', ['pool']),
  suspended: gauge('bailiwick_pool_suspended', '1 while the circuit breaker is open', ['pool']),
} as const;
