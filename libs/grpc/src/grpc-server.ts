import { Server, ServerCredentials, type UntypedServiceImplementation } from '@grpc/grpc-js';
import {
  BailiwickError,
  type BaseConfig,
  type HealthRegistry,
  type Runnable,
  type ServiceKit,
  readTls,
} from '@bailiwick/platform';
import { HealthBridge } from './health-bridge.js';
import { addReflection } from './reflection.js';
import type { TlsIdentity } from './tls-identity.js';

/** Where and how a server listens. */
export interface GrpcServerOptions {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
  readonly tls: TlsIdentity;
  /**
   * `required` (the default): no connection without a certificate of the mesh. `optional` asks for none: for the
   * port that producers outside the mesh use, where the access token is the credential.
   */
  readonly clientCertificates?: 'required' | 'optional';
  readonly health: HealthRegistry;
  /** Largest message in bytes, either way; 4 MiB when absent. */
  readonly maxMessageBytes?: number;
  /** How long calls may take to end when the server stops, in milliseconds; 5 s when absent. */
  readonly graceMs?: number;
}

type Definition = Parameters<Server['addService']>[0];

/** Full name of a service, from the path of one of its methods. */
const nameOf = (definition: Definition): string =>
  Object.values(definition)[0]?.path.split('/')[1] ?? 'a service without methods';

/** A gRPC server of the mesh with TLS, health and reflection, as a part of a service's life cycle. */
export class GrpcServer implements Runnable {
  readonly #server: Server;
  readonly #names: string[] = [];
  readonly #drain = new AbortController();
  #health: HealthBridge | undefined;
  #port = 0;

  constructor(private readonly options: GrpcServerOptions) {
    const maximum = options.maxMessageBytes ?? 4 * 1024 * 1024;
    this.#server = new Server({
      'grpc.max_receive_message_length': maximum,
      'grpc.max_send_message_length': maximum,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
    });
  }

  /** Adds a service; before `start`. */
  add<I extends UntypedServiceImplementation>(definition: Definition, implementation: I): this {
    this.#server.addService(definition, implementation);
    this.#names.push(nameOf(definition));
    return this;
  }

  /** Aborted when the server begins to stop: a stream then ends by itself instead of being cut off. */
  get draining(): AbortSignal {
    return this.#drain.signal;
  }

  /** `host:port` that clients call; known after `start`. */
  get address(): string {
    return `${this.options.host}:${this.#port}`;
  }

  async start(): Promise<void> {
    const { host, port, tls, clientCertificates, health } = this.options;
    this.#health = new HealthBridge(this.#server, health, this.#names);
    addReflection(this.#server, this.#names);
    const credentials = ServerCredentials.createSsl(
      Buffer.from(tls.ca),
      [{ cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) }],
      clientCertificates !== 'optional',
    );
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(`${host}:${port}`, credentials, (failure, bound) => {
        if (failure)
          reject(
            new BailiwickError('config-invalid', `gRPC cannot listen on port ${port}`, { cause: failure }),
          );
        else resolve(bound);
      });
    });
  }

  /** Takes no new calls, lets running ones end within the grace, then cuts off what is left. Health waits for nobody. */
  async stop(): Promise<void> {
    this.#drain.abort();
    this.#health?.stop();
    const grace = this.#names.length > 0 ? (this.options.graceMs ?? 5000) : 0;
    await new Promise<void>((resolve) => {
      const cut = setTimeout(() => this.#server.forceShutdown(), grace);
      this.#server.tryShutdown(() => {
        clearTimeout(cut);
        resolve();
      });
    });
  }
}

/**
 * The gRPC server of a service, where its configuration says: health and reflection, and what is added to it. Every
 * service has one. One that serves nothing of its own adds it before its other parts, so that it says «not serving»
 * while they start and drain.
 */
export const grpcServerOf = (
  { config, health }: Pick<ServiceKit<BaseConfig>, 'config' | 'health'>,
  options: Pick<GrpcServerOptions, 'clientCertificates' | 'maxMessageBytes'> = {},
): GrpcServer =>
  new GrpcServer({
    host: config.BAILIWICK_HTTP_HOST,
    port: config.BAILIWICK_GRPC_PORT,
    tls: readTls(config),
    health,
    ...options,
  });
