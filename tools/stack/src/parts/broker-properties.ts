import { KAFKA_PRINCIPAL_RULES, kafkaPrincipal, type Identity } from '@bailiwick/contracts';

/** Partitions of the offsets and transactions topics; few, because every one is loaded before the broker is ready. */
export const COORDINATOR_PARTITIONS = 5;
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** Workload that makes topics and grants: the only client that the broker does not ask for a grant. */
export const ADMIN_WORKLOAD = 'admin';
/** The broker itself, which is its own controller's client. */
export const BROKER_WORKLOAD = 'broker';

/** Where a broker listens and where its files are, as the broker's own process sees them. */
export interface BrokerPlace {
  readonly region: string;
  readonly listenAddress: string;
  readonly listenPort: number;
  /** Port of 127.0.0.1 that clients are told. */
  readonly advertisedPort: number;
  readonly controllerPort: number;
  /** PEM file with the private key followed by the certificate. */
  readonly keyStore: string;
  /** PEM file of the authority. */
  readonly trustStore: string;
  readonly dataFolder: string;
}

/** Text of a broker's `server.properties`: client certificates on every listener, deny by default, nothing automatic. */
export function brokerProperties(place: BrokerPlace): string {
  const superUsers: Identity[] = [ADMIN_WORKLOAD, BROKER_WORKLOAD].map((workload) => ({
    region: place.region,
    workload,
  }));
  const settings: Readonly<Record<string, string | number>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${place.controllerPort}`,
    listeners: `CLIENT://${place.listenAddress}:${place.listenPort},CONTROLLER://127.0.0.1:${place.controllerPort}`,
    'advertised.listeners': `CLIENT://127.0.0.1:${place.advertisedPort}`,
    'listener.security.protocol.map': 'CLIENT:SSL,CONTROLLER:SSL',
    'inter.broker.listener.name': 'CLIENT',
    'controller.listener.names': 'CONTROLLER',
    'ssl.client.auth': 'required',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': place.keyStore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': place.trustStore,
    'ssl.enabled.protocols': 'TLSv1.3',
    'ssl.principal.mapping.rules': KAFKA_PRINCIPAL_RULES,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'false',
    'super.users': superUsers.map(kafkaPrincipal).join(';'),
    'log.dirs': place.dataFolder,
    'auto.create.topics.enable': 'false',
    'message.max.bytes': MAX_MESSAGE_BYTES,
    'offsets.topic.num.partitions': COORDINATOR_PARTITIONS,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': COORDINATOR_PARTITIONS,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A broker that was killed may register again only after its session has ended.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    // Indexes are preallocated per segment, 10 MB each by default: gigabytes of zeros over a catalogue of topics.
    'log.index.size.max.bytes': 1024 * 1024,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.partitions': 1,
  };
  // Java's properties format takes a backslash as an escape.
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}
