import { counter, gauge, histogram } from '@bailiwick/platform';

/** Metrics of stages. Labels are stage, outcome, topic and partition: never a tenant or an event. */
export const STAGE_METRICS = {
  records: counter('bailiwick_stage_records_total', 'Records committed, by outcome', ['stage', 'outcome']),
  retries: counter('bailiwick_stage_retries_total', 'Stage calls repeated, by error code', ['stage', 'code']),
  inFlight: gauge('bailiwick_stage_in_flight', 'Records inside the stage function', ['stage']),
  buffered: gauge('bailiwick_stage_buffered', 'Records fetched and not yet committed', ['stage', 'lane']),
  transactionSeconds: histogram('bailiwick_stage_transaction_seconds', 'Duration of a transaction', [
    'stage',
  ]),
  batchRecords: histogram(
    'bailiwick_stage_batch_records',
    'Records per transaction',
    ['stage'],
    [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500],
  ),
  lag: gauge('bailiwick_consumer_lag_records', 'Records behind the end of the partition', [
    'stage',
    'topic',
    'partition',
  ]),
  lanesLost: counter('bailiwick_stage_lanes_lost_total', 'Lanes given up, by reason', ['stage', 'reason']),
} as const;
