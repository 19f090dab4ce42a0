import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import {
  Metadata,
  credentials,
  status,
  type ChannelCredentials,
  type ChannelOptions,
  type ServiceError,
} from '@grpc/grpc-js';
import { IngestServiceClient, SendRequest, type SendResponse } from './gen/bailiwick/ingest/v1/ingest.js';
import { RefusedError } from './refused-error.js';

/** One change of a CRM record. */
export interface CrmRecord {
  /** Purpose for which it is sent; the token must allow it. May be left out when the token allows exactly one. */
  readonly purpose?: string;
  /** CloudEvents source. */
  readonly source: string;
  /** The source's own id of the event: the same event has the same id, and one effect however often it is sent. */
  readonly id: string;
  /** CRM object, for example `Case`. */
  readonly object: string;
  /** The CRM's own record id. */
  readonly recordId: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** When it happened; now when absent. */
  readonly occurredAt?: Date;
}

/** Where records go, and as whom. */
export interface SenderOptions {
  /** `host:port` of a cell's ingest. */
  readonly address: string;
  /** PEM text of the authority that signed its certificate; those of the machine when absent. */
  readonly ca?: string;
  /** Gives an access token that is valid now; asked for each stream. */
  readonly token: () => Promise<string>;
  /** Token of an earlier sender: numbering goes on after the records for which it stands. */
  readonly resumeToken?: string;
  /** Records that are sent and not answered at once, at most; further ones wait. 256 when absent. */
  readonly window?: number;
  /** How long records wait while the cell answers nothing, in milliseconds; they are given up then. Five minutes when absent. */
  readonly patienceMs?: number;
  /** Told when a stream broke and another will be opened: the gRPC status and its details. */
  readonly onBroken?: (status: number, details: string) => void;
}

interface Waiting {
  readonly request: SendRequest;
  readonly accepted: (eventId: string) => void;
  readonly refused: (reason: Error) => void;
}

/** Statuses after which the same is sent again: the cell is away, too busy, late, or the token has ended. */
const PASSING = new Set<number>([
  status.UNAVAILABLE,
  status.RESOURCE_EXHAUSTED,
  status.DEADLINE_EXCEEDED,
  status.UNAUTHENTICATED,
  status.CANCELLED,
]);
const PATIENCE_MS = 300_000;
/** Refusals of the whole stream that come again however often a stream is opened. */
const MOST_LOGINS = 3;
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [100, 10_000];

/** An address that is no name: grpc-js would put it into the TLS handshake, where only names may stand. */
function tlsTo(address: string, ca: string | undefined): { tls: ChannelCredentials; target: ChannelOptions } {
  const host = address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
  const authority = ca === undefined ? null : Buffer.from(ca);
  if (isIP(host) === 0) return { tls: credentials.createSsl(authority), target: {} };
  const verify = {
    checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
      checkServerIdentity(host, certificate),
  };
  return {
    tls: credentials.createSsl(authority, null, null, verify),
    target: { 'grpc.ssl_target_name_override': 'address.invalid' },
  };
}

/**
 * Sends records over one stream, in order, and opens another when it breaks: what was not answered is sent again, and its id makes that
 * safe. Records wait in memory until they are answered, at most `window` of them.
 */
export class RecordSender {
  readonly #options: SenderOptions;
  readonly #client: IngestServiceClient;
  /** By sequence, in the order in which they were sent. */
  readonly #waiting = new Map<bigint, Waiting>();
  readonly #room: (() => void)[] = [];
  #sequence: bigint;
  #stream: ReturnType<IngestServiceClient['send']> | null = null;
  #isOpening = false;
  #failures = 0;
  /** When the cell answered last, or a stream was opened after quiet. */
  #heardAt = Date.now();
  #refusals = 0;
  #resumeToken: string;
  #ended: Error | null = null;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#resumeToken = options.resumeToken ?? '';
    this.#sequence = BigInt(/\.(\d+)$/.exec(this.#resumeToken)?.[1] ?? 0);
    const { tls, target } = tlsTo(options.address, options.ca);
    this.#client = new IngestServiceClient(options.address, tls, {
      ...target,
      'grpc.keepalive_time_ms': 30_000,
      'grpc.keepalive_timeout_ms': 10_000,
      'grpc.max_send_message_length': -1,
    });
  }

  /** Stands for all records up to which every one is answered: keep it to go on after a crash. Empty before the first answer. */
  get resumeToken(): string {
    return this.#resumeToken;
  }

  /** Sequence of the record that was sent last. */
  get sequence(): bigint {
    return this.#sequence;
  }

  /** Sends one record; gives its event id once it is durable. Rejects with `RefusedError`. */
  async send({ fields, purpose = '', occurredAt, ...names }: CrmRecord): Promise<string> {
    while (this.#waiting.size >= (this.#options.window ?? 256))
      await new Promise<void>((free) => this.#room.push(free));
    if (this.#ended) throw this.#ended;
    const sequence = ++this.#sequence;
    const request = SendRequest.fromPartial({
      ...names,
      sequence,
      purpose,
      fieldsJson: Buffer.from(JSON.stringify(fields)),
      ...(occurredAt && { occurredAt }),
    });
    return await new Promise<string>((accepted, refused) => {
      this.#waiting.set(sequence, { request, accepted, refused });
      if (this.#waiting.size === 1) this.#heardAt = Date.now();
      if (this.#stream) this.#stream.write(request);
      else this.#open();
    });
  }

  /** Waits until everything is answered, and closes the connection. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#waiting.values()].map((one) => this.#settled(one)));
    this.#ended ??= new Error('the sender is closed');
    this.#stream?.end();
    this.#client.close();
  }

  #settled({ request: { sequence } }: Waiting): Promise<void> {
    return new Promise((done) => {
      const look = (): void => (this.#waiting.has(sequence) ? void this.#room.push(look) : done());
      look();
    });
  }

  #open(): void {
    if (this.#isOpening) return;
    this.#isOpening = true;
    void this.#connect().finally(() => (this.#isOpening = false));
  }

  async #connect(): Promise<void> {
    if (this.#failures > 0) {
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
      await new Promise((passed) => setTimeout(passed, (longest * (1 + Math.random())) / 2));
    }
    let token: string;
    try {
      token = await this.#options.token();
    } catch (thrown) {
      return this.#end(thrown instanceof Error ? thrown : new Error('no access token'));
    }
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    if (this.#resumeToken !== '') metadata.set('bailiwick-resume', this.#resumeToken);
    const stream = this.#client.send(metadata);
    this.#stream = stream;
    let over = false;
    const broken = (failure: ServiceError | null): void => {
      if (over) return;
      over = true;
      if (this.#stream === stream) this.#stream = null;
      this.#broke(failure);
    };
    stream.on('data', (response: SendResponse) => this.#take(response));
    stream.on('error', broken);
    stream.on('end', () => broken(null));
    for (const { request } of this.#waiting.values()) stream.write(request);
  }

  #take({ sequence, result, resumeToken }: SendResponse): void {
    this.#failures = 0;
    this.#refusals = 0;
    this.#heardAt = Date.now();
    if (resumeToken !== '') this.#resumeToken = resumeToken;
    const waiting = this.#waiting.get(sequence);
    if (!waiting || !result) return;
    if (result.$case === 'refused' && PASSING.has(result.value.status)) {
      const { request } = waiting;
      setTimeout(() => this.#waiting.has(sequence) && this.#stream?.write(request), FIRST_WAIT_MS);
      return;
    }
    this.#waiting.delete(sequence);
    if (result.$case === 'accepted') waiting.accepted(result.value.eventId);
    else waiting.refused(new RefusedError(result.value.code, result.value.detail, result.value.endpoint));
    for (const free of this.#room.splice(0)) free();
  }

  #broke(failure: ServiceError | null): void {
    if (this.#ended) return;
    this.#failures++;
    const code = failure?.code ?? status.UNAVAILABLE;
    if (code === status.UNAUTHENTICATED) this.#refusals++;
    if (!PASSING.has(code) || this.#refusals >= MOST_LOGINS) {
      const of = (name: string): string => failure?.metadata.get(`bailiwick-${name}`)[0]?.toString() ?? '';
      return this.#end(new RefusedError(of('code') || 'refused', failure?.details ?? '', of('ext-endpoint')));
    }
    const details = failure?.details ?? 'the stream was ended';
    this.#options.onBroken?.(code, details);
    if (this.#waiting.size === 0) return;
    if (Date.now() - this.#heardAt > (this.#options.patienceMs ?? PATIENCE_MS))
      return this.#end(new Error(`the cell answers nothing: ${details}`));
    this.#open();
  }

  #end(reason: Error): void {
    this.#ended = reason;
    for (const { refused } of this.#waiting.values()) refused(reason);
    this.#waiting.clear();
    for (const free of this.#room.splice(0)) free();
  }
}
