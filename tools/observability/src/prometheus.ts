import { CONTROL_REGION, topicCatalogue } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { stringify } from 'yaml';
import { cellDomain } from './collector.js';

const TLS = '/etc/bailiwick/tls';
/** Port of health and metrics of every service (`BAILIWICK_HTTP_PORT`), and of the canary patrol (`canary --metrics`). */
const PORTS = { service: 9000, canary: 9464 };
/** Nobody serves metrics under these names: people hold them. */
const PEOPLE = new Set(['auditor', 'operator']);

/** What a Prometheus scrapes: a place whose hosts its own resolver knows. */
interface Place {
  readonly region: string;
  readonly domain: string;
  /** External labels of everything that it keeps. */
  readonly labels: Readonly<Record<string, string>>;
  readonly workloads: readonly string[];
  readonly patrolled: boolean;
}

/** Every process of a cell: whoever may write or read a topic there. */
export function workloadsOf(cell: CellSpec): readonly string[] {
  const identities = topicCatalogue(cell).flatMap(({ writers, readers }) => [...writers, ...readers]);
  const own = identities.filter(({ region, workload }) => region === cell.region && !PEOPLE.has(workload));
  return [...new Set(own.map(({ workload }) => workload))].toSorted();
}

/** A cell's own Prometheus. */
export const placeOfCell = (cell: CellSpec): Place => ({
  region: cell.region,
  domain: cellDomain(cell),
  labels: { region: cell.region, jurisdiction: cell.jurisdiction },
  workloads: workloadsOf(cell),
  patrolled: true,
});

/** The control-plane's, which is in no cell and sees no payload. */
export const PLACE_OF_CONTROL: Place = {
  region: CONTROL_REGION,
  domain: `${CONTROL_REGION}.bailiwick.internal`,
  labels: { region: CONTROL_REGION },
  workloads: ['control-plane'],
  patrolled: false,
};

/** One process or more under one name; each is known by its workload and address. */
const scrape = (job: string, names: readonly string[], domain: string, port: number) => ({
  job_name: job,
  dns_sd_configs: [
    { names: names.map((name) => `${name}.${domain}`), type: 'A', port, refresh_interval: '30s' },
  ],
  relabel_configs: [
    {
      source_labels: ['__meta_dns_name', '__address__'],
      regex: String.raw`(.+)\.${domain.replaceAll('.', String.raw`\.`)};(.+)`,
      target_label: 'instance',
      replacement: '$1/$2',
    },
  ],
});

/** What the Prometheus of a place does. */
export function prometheusConfig({ domain, labels, workloads, patrolled }: Place) {
  return {
    global: {
      scrape_interval: '15s',
      evaluation_interval: '15s',
      // The text that carries exemplars first; the services speak no other, and whoever comes to must say so.
      scrape_protocols: ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1'],
      // Far above what a service has. A label that grew without bound would be seen as a target that is down.
      sample_limit: 20_000,
      label_limit: 30,
      label_value_length_limit: 256,
      body_size_limit: '16MB',
      external_labels: labels,
    },
    // Needs `--enable-feature=exemplar-storage`.
    storage: { exemplars: { max_exemplars: 100_000 } },
    rule_files: ['/etc/bailiwick/alerts/*.yaml'],
    alerting: {
      alertmanagers: [
        {
          scheme: 'https',
          tls_config: {
            ca_file: `${TLS}/ca.crt`,
            cert_file: `${TLS}/tls.crt`,
            key_file: `${TLS}/tls.key`,
            // The certificate is for the name, not for the address that was found under it.
            server_name: `alerts.${domain}`,
          },
          dns_sd_configs: [{ names: [`alerts.${domain}`], type: 'A', port: 9093 }],
        },
      ],
    },
    scrape_configs: [
      scrape('bailiwick', workloads, domain, PORTS.service),
      ...(patrolled ? [scrape('bailiwick-canary', ['canary'], domain, PORTS.canary)] : []),
    ],
  };
}

/** The file `infra/prometheus/prometheus.<region>.yaml`. */
export const prometheusFile = (place: Place): string =>
  `# The Prometheus of ${place.region}. Made by tools/observability from infra/jurisdictions and the topic catalogue; do not edit. Run it with
# --enable-feature=exemplar-storage, and with infra/alerts/*.yaml in /etc/bailiwick/alerts. What it keeps stays where it is: there is no
# remote_write, and alerts go to this place's own Alertmanager.
${stringify(prometheusConfig(place), { lineWidth: 0 })}`;
