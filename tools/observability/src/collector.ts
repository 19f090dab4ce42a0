import { ATTRIBUTES, KEPT_OUTCOMES, RESOURCE_ATTRIBUTES } from '@bailiwick/platform';
import type { CellSpec } from '@bailiwick/domain';
import { stringify } from 'yaml';

/** Hosts of a cell that its own telemetry may go to: names that only the cell's resolver knows. */
export const cellDomain = ({ region, jurisdiction }: CellSpec): string =>
  `${region}.${jurisdiction}.bailiwick.internal`;

const TLS = '/etc/bailiwick/tls';
/** Spans of a border crossing come late; a trace is judged when its cell has had this long to finish it. */
const DECISION_WAIT = '30s';
/** Share of ordinary traces that is kept, in percent. */
const SHARE = 10;

const keep = (of: string, names: readonly string[]): string =>
  `keep_keys(${of}, ${JSON.stringify(names.toSorted())})`;

/** What the collector of a cell does with spans. Anything that is not named here has no way through. */
export function collectorConfig(cell: CellSpec) {
  const tls = { cert_file: `${TLS}/tls.crt`, key_file: `${TLS}/tls.key` };
  return {
    receivers: {
      otlp: {
        protocols: {
          http: { endpoint: '0.0.0.0:4318', tls: { ...tls, client_ca_file: `${TLS}/ca.crt` } },
        },
      },
    },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: 400, spike_limit_mib: 100 },
      // A span of another cell is here by mistake or by an attack: it is dropped, not stored in the wrong jurisdiction.
      'filter/own-cell': {
        error_mode: 'propagate',
        traces: { span: [`resource.attributes["cloud.region"] != ${JSON.stringify(cell.region)}`] },
      },
      'transform/allow-list': {
        error_mode: 'propagate',
        trace_statements: [
          { context: 'resource', statements: [keep('resource.attributes', RESOURCE_ATTRIBUTES)] },
          { context: 'scope', statements: [keep('scope.attributes', [])] },
          {
            context: 'span',
            statements: [
              keep('span.attributes', Object.values(ATTRIBUTES)),
              // A status says an error code, which is an attribute, too; what else it says is nobody's contract.
              'set(span.status.message, "")',
            ],
          },
          { context: 'spanevent', statements: [keep('spanevent.attributes', [])] },
        ],
      },
      tail_sampling: {
        decision_wait: DECISION_WAIT,
        num_traces: 50_000,
        policies: [
          {
            name: 'held-dead-lettered-or-violation',
            type: 'string_attribute',
            string_attribute: { key: ATTRIBUTES.outcome, values: KEPT_OUTCOMES },
          },
          { name: 'failed', type: 'status_code', status_code: { status_codes: ['ERROR'] } },
          { name: 'late', type: 'latency', latency: { threshold_ms: 5000 } },
          { name: 'share', type: 'probabilistic', probabilistic: { sampling_percentage: SHARE } },
        ],
      },
      batch: { timeout: '1s' },
    },
    exporters: {
      otlphttp: {
        endpoint: `https://traces.${cellDomain(cell)}:4318`,
        tls: { ...tls, ca_file: `${TLS}/ca.crt` },
      },
    },
    service: {
      pipelines: {
        traces: {
          receivers: ['otlp'],
          processors: ['memory_limiter', 'filter/own-cell', 'transform/allow-list', 'tail_sampling', 'batch'],
          exporters: ['otlphttp'],
        },
      },
      telemetry: { logs: { level: 'warn' }, metrics: { level: 'none' } },
    },
  };
}

/** The file `infra/otel/collector.<region>.yaml`. */
export const collectorFile = (cell: CellSpec): string =>
  `# The OpenTelemetry Collector of ${cell.region}, in ${cell.jurisdiction}. Made by tools/observability from infra/jurisdictions and the attributes of
# libs/platform; do not edit. One collector a cell: it must see all spans of a trace to judge it.
${stringify(collectorConfig(cell), { lineWidth: 0 })}`;
