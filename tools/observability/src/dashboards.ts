/** One picture of a dashboard. */
export interface Panel {
  readonly title: string;
  /** What it means and when to worry, for those who see it for the first time. */
  readonly about: string;
  /** Unit as Grafana names it. */
  readonly unit: 'short' | 's' | 'percentunit' | 'reqps';
  readonly kind?: 'timeseries' | 'stat';
  /** PromQL by legend. */
  readonly lines: Readonly<Record<string, string>>;
}

/** One dashboard: rows of panels. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly rows: Readonly<Record<string, readonly Panel[]>>;
}

const quantile = (share: number, metric: string, by: string): string =>
  `histogram_quantile(${share}, sum by (le, ${by}) (rate(${metric}_bucket[5m])))`;
const overall = (share: number, metric: string): string =>
  `histogram_quantile(${share}, sum by (le) (rate(${metric}_bucket[5m])))`;

const FLOW: Dashboard = {
  uid: 'bailiwick-flow',
  title: 'Bailiwick: the way of records',
  rows: {
    Promises: [
      {
        title: 'Violations, last hour',
        about: 'Anything but 0 is worth getting up for: npx bailiwick violations.',
        unit: 'short',
        kind: 'stat',
        lines: { violations: 'sum(increase(bailiwick_violations_total[1h]))' },
      },
      {
        title: 'Answered within 5 s',
        about: 'The objective is 99 % over 30 days.',
        unit: 'percentunit',
        kind: 'stat',
        lines: { 'last hour': '1 - bailiwick:answers:late_ratio1h' },
      },
      {
        title: 'From arrival to answer',
        about: 'Dots are exemplars: each leads to a trace.',
        unit: 's',
        lines: {
          p50: overall(0.5, 'bailiwick_answered_seconds'),
          p99: overall(0.99, 'bailiwick_answered_seconds'),
        },
      },
    ],
    Records: [
      {
        title: 'Taken and refused',
        about: 'By way in.',
        unit: 'reqps',
        lines: {
          'taken by {{way}}': 'sum by (way) (rate(bailiwick_ingest_accepted_total[5m]))',
          'refused by {{way}}: {{code}}': 'sum by (way, code) (rate(bailiwick_ingest_refused_total[5m]))',
        },
      },
      {
        title: 'Committed by stage',
        about: 'A stage that stands still while others move is the one to look at.',
        unit: 'reqps',
        lines: { '{{stage}}': 'sum by (stage) (rate(bailiwick_stage_records_total[5m]))' },
      },
      {
        title: 'Held and dead-lettered',
        about: 'Held is lawful waiting; dead letters are broken.',
        unit: 'reqps',
        lines: {
          '{{stage}} {{outcome}}':
            'sum by (stage, outcome) (rate(bailiwick_stage_records_total{outcome=~"hold|dead-letter|violation"}[5m]))',
        },
      },
      {
        title: 'Passed over, and labelled',
        about: 'Changes that are no records for a purpose; fields by what was done with them.',
        unit: 'reqps',
        lines: {
          'pull: {{reason}}': 'sum by (reason) (rate(bailiwick_pull_passed_over_total[5m]))',
          'webhook: {{reason}}': 'sum by (reason) (rate(bailiwick_webhook_passed_over_total[5m]))',
          '{{action}}': 'sum by (action) (rate(bailiwick_classified_fields_total[5m]))',
        },
      },
      {
        title: 'Decisions',
        about: 'What the router decided, by deciding reason.',
        unit: 'reqps',
        lines: {
          '{{outcome}}: {{reason}}': 'sum by (outcome, reason) (rate(bailiwick_decisions_total[5m]))',
        },
      },
    ],
    Stages: [
      {
        title: 'Behind',
        about: 'Records behind the end of the topic, and those that are being worked on.',
        unit: 'short',
        lines: {
          '{{stage}}': 'sum by (stage) (bailiwick_consumer_lag_records)',
          '{{stage}} inside': 'sum by (stage) (bailiwick_stage_in_flight)',
        },
      },
      {
        title: 'Retries',
        about: 'By error code; the code says which part is not there.',
        unit: 'reqps',
        lines: { '{{stage}} {{code}}': 'sum by (stage, code) (rate(bailiwick_stage_retries_total[5m]))' },
      },
      {
        title: 'Transactions, p99',
        about: 'Grows with the load of the broker. ingest: until a record is durable.',
        unit: 's',
        lines: {
          '{{stage}}': quantile(0.99, 'bailiwick_stage_transaction_seconds', 'stage'),
          ingest: overall(0.99, 'bailiwick_ingest_produce_seconds'),
        },
      },
      {
        title: 'Records per transaction',
        about: 'Few when quiet, many under load.',
        unit: 'short',
        lines: {
          '{{stage}}':
            'sum by (stage) (rate(bailiwick_stage_batch_records_sum[5m])) / sum by (stage) (rate(bailiwick_stage_batch_records_count[5m]))',
        },
      },
    ],
  },
};

const EDGES: Dashboard = {
  uid: 'bailiwick-edges',
  title: 'Bailiwick: pools, gateway, CRMs',
  rows: {
    Pools: [
      {
        title: 'Room',
        about: 'Requests that a pool is said to take yet; 0 makes records wait.',
        unit: 'short',
        lines: { '{{pool}}': 'min by (pool) (bailiwick_pool_room)' },
      },
      {
        title: 'Calls in flight and at most',
        about: 'Where both meet, the pool is full.',
        unit: 'short',
        lines: {
          '{{pool}}': 'sum by (pool) (bailiwick_pool_calls_in_flight)',
          '{{pool}} at most': 'sum by (pool) (bailiwick_pool_concurrency)',
        },
      },
      {
        title: 'Model calls, p95',
        about: 'Dots lead to traces.',
        unit: 's',
        lines: { '{{pool}}': quantile(0.95, 'bailiwick_pool_call_seconds', 'pool') },
      },
      {
        title: 'Waiting, and suspended',
        about: 'Requests in the topic of the pool; 1 while its breaker is open.',
        unit: 'short',
        lines: {
          '{{pool}}': 'sum by (pool) (bailiwick_pool_requests_waiting)',
          '{{pool}} suspended': 'max by (pool) (bailiwick_pool_suspended)',
        },
      },
    ],
    Gateway: [
      {
        title: 'Callers who wait',
        about: 'Questions taken and not answered.',
        unit: 'short',
        lines: { waiting: 'sum(bailiwick_gateway_waiting)' },
      },
      {
        title: 'Answers, p50 and p99',
        about: 'As the caller sees it.',
        unit: 's',
        lines: {
          p50: overall(0.5, 'bailiwick_gateway_answer_seconds'),
          p99: overall(0.99, 'bailiwick_gateway_answer_seconds'),
        },
      },
      {
        title: 'Outcomes',
        about: 'answer-late is a caller who got nothing in time.',
        unit: 'reqps',
        lines: { '{{outcome}}': 'sum by (outcome) (rate(bailiwick_gateway_answer_seconds_count[5m]))' },
      },
      {
        title: 'Tokens',
        about: 'By direction; who used them is told by lineage.',
        unit: 'short',
        lines: { '{{direction}}': 'sum by (direction) (rate(bailiwick_gateway_tokens_total[5m]))' },
      },
    ],
    CRMs: [
      {
        title: 'Pulls that do not stream',
        about: 'held: the gate refuses the tenant. stopped: somebody must act.',
        unit: 'short',
        lines: {
          '{{pull}} {{state}}': 'max by (pull, state) (bailiwick_pull_state{state!="streaming"}) == 1',
        },
      },
      {
        title: 'Daily allocation left',
        about: 'Of the CRM; under 10 % pages.',
        unit: 'percentunit',
        lines: { '{{pull}}': 'min by (pull) (bailiwick_pull_allocation_left_ratio)' },
      },
      {
        title: 'Writes, p95',
        about: 'To CRMs, by the kind of their answer.',
        unit: 's',
        lines: { '{{outcome}}': quantile(0.95, 'bailiwick_crm_write_seconds', 'outcome') },
      },
      {
        title: 'Pauses and credentials',
        about: 'Times that a CRM asked to be left alone; credentials asked for, by outcome.',
        unit: 'reqps',
        lines: {
          'pauses {{connection}}': 'sum by (connection) (rate(bailiwick_crm_pauses_total[5m]))',
          'credential {{outcome}}': 'sum by (outcome) (rate(bailiwick_credential_borrow_seconds_count[5m]))',
        },
      },
    ],
  },
};

const PROOF: Dashboard = {
  uid: 'bailiwick-proof',
  title: 'Bailiwick: proof and health',
  rows: {
    Log: [
      {
        title: 'Entries',
        about: 'Only ever grows.',
        unit: 'short',
        lines: { entries: 'max(bailiwick_log_entries)' },
      },
      {
        title: 'Publishing, p99',
        about: 'Witnesses included.',
        unit: 's',
        lines: { '{{outcome}}': quantile(0.99, 'bailiwick_log_publish_seconds', 'outcome') },
      },
      {
        title: 'Cosignatures',
        about: 'none: the witness did not answer, or refused.',
        unit: 'reqps',
        lines: {
          '{{witness}} {{outcome}}': 'sum by (witness, outcome) (rate(bailiwick_log_cosignatures_total[5m]))',
        },
      },
      {
        title: 'Since records were accounted for',
        about: 'A mismatch is a violation within a minute, if this is under a minute.',
        unit: 's',
        lines: { age: 'time() - max(bailiwick_completeness_swept_timestamp_seconds)' },
      },
      {
        title: 'Since canaries were searched for',
        about:
          'By the region of the canary, in every cell. A ticket at three times what the patrol means to do.',
        unit: 's',
        lines: {
          '{{region}}': 'time() - max by (region) (bailiwick_canary_searched_timestamp_seconds)',
          '{{region}} meant': 'max by (region) (bailiwick_canary_every_seconds)',
        },
      },
    ],
    Services: [
      {
        title: 'Not well',
        about: 'Readiness checks that fail, by process.',
        unit: 'short',
        lines: { '{{instance}} {{check}}': 'min by (instance, check) (bailiwick_health_check_ok) == 0' },
      },
      {
        title: 'Certificates end in',
        about: 'A ticket at three days, a page at six hours.',
        unit: 's',
        lines: {
          '{{instance}}': 'min by (instance) (bailiwick_tls_certificate_end_timestamp_seconds) - time()',
        },
      },
      {
        title: 'Control entries applied',
        about: 'Processes of a cell that differ for long were told different things.',
        unit: 'short',
        lines: {
          '{{instance}} {{kind}}': 'max by (instance, kind) (bailiwick_control_sequence)',
          'published {{kind}} to {{region}}': 'max by (region, kind) (bailiwick_control_published_sequence)',
        },
      },
      {
        title: 'Erasures',
        about: 'People whom CRMs want forgotten, and keys destroyed.',
        unit: 'short',
        lines: {
          'asked by CRMs': 'sum(increase(bailiwick_webhook_erasures_requested_total[1h]))',
          'done: {{scope}}': 'sum by (scope) (increase(bailiwick_erasures_total[1h]))',
        },
      },
      {
        title: 'Lanes lost',
        about: 'moved is ordinary; any other reason is a failure.',
        unit: 'reqps',
        lines: {
          '{{stage}} {{reason}}': 'sum by (stage, reason) (rate(bailiwick_stage_lanes_lost_total[5m]))',
        },
      },
    ],
  },
};

/** Every dashboard. */
export const DASHBOARDS: readonly Dashboard[] = [FLOW, EDGES, PROOF];
