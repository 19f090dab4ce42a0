/** Trust domain of every identity that the local stack issues. A deployment sets its own in the cell's spec. */
export const TRUST_DOMAIN = 'bailiwick.local';

/** Services of the mesh. */
export const SERVICES = [
  'ingest',
  'classifier',
  'residency-router',
  'inference-adapter',
  'writeback',
  'lineage',
  'control-plane',
] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Region name of what belongs to no cell: the control-plane. */
export const CONTROL_REGION = 'control';

/**
 * Who a process is. `workload` is the service's name, followed by `.<pool>` for the adapter of one pool, so that
 * two adapters of one cell are two principals.
 */
export interface Identity {
  readonly region: string;
  readonly workload: string;
}

/** Workload name of the adapter pinned to a pool. */
export const adapterWorkload = (pool: string): string => `inference-adapter.${pool}`;

/** Workload name of a pool's own server, which proves to the adapter that it is that pool. */
export const poolWorkload = (pool: string): string => `pool.${pool}`;

/** Service of a workload: `inference-adapter.eu-shared` is an `inference-adapter`. */
export const serviceOf = (workload: string): string => workload.split('.')[0] ?? workload;

/** SPIFFE id, the URI subject alternative name of the certificate. https://spiffe.io/docs/latest/spiffe-about/spiffe-concepts/ */
export const spiffeId = ({ region, workload }: Identity): string =>
  `spiffe://${TRUST_DOMAIN}/${region}/${workload.replace('.', '/')}`;

/** Distinguished name of the certificate; Kafka maps it to a principal by `KAFKA_PRINCIPAL_RULES`. */
export const distinguishedName = ({ region, workload }: Identity): string =>
  `CN=${workload},OU=${region},O=bailiwick`;

/** Value of the broker's `ssl.principal.mapping.rules`: any other name becomes a principal with no grant. */
export const KAFKA_PRINCIPAL_RULES = 'RULE:^CN=([a-z0-9.-]+),OU=([a-z0-9-]+),O=bailiwick$/$2\\/$1/,DEFAULT';

/** Kafka principal that the rules make of an identity. */
export const kafkaPrincipal = ({ region, workload }: Identity): string => `User:${region}/${workload}`;

/** Prefix of the consumer groups and transactional ids that an identity may use; the dot keeps prefixes apart. */
export const kafkaPrefix = ({ region, workload }: Identity): string => `${region}.${workload}.`;
