import { IngestServiceClient, SendRequest, type SendResponse } from '@bailiwick/contracts';
import { bearer, createClient } from '@bailiwick/grpc';
import type { IngestTarget } from '@bailiwick/stack';

/** Streams of one connection; a producer has few connections, and each of ours has many. */
const PER_CONNECTION = 200;

type Call = ReturnType<IngestServiceClient['send']>;

/** Many streams into one ingest on which nothing is sent. */
export class IdleStreams {
  readonly #clients: IngestServiceClient[] = [];
  readonly #calls: Call[] = [];
  /** Streams that ended before they were to, by what was said. */
  readonly ended = new Map<string, number>();
  #closing = false;

  constructor(private readonly target: IngestTarget) {}

  /** Opens so many more. */
  async open(count: number): Promise<void> {
    const metadata = bearer(await this.target.accessToken());
    for (let n = 0; n < count; n++) {
      if (this.#calls.length % PER_CONNECTION === 0) this.#connect();
      const call = this.#clients.at(-1)?.send(metadata);
      if (!call) throw new Error('no connection was opened');
      call.on('data', () => undefined);
      call.on('error', ({ message }) => this.#end(message));
      call.on('end', () => this.#end('ended'));
      this.#calls.push(call);
    }
  }

  /** Sends one record on every so many-th stream and gives how many were accepted. */
  async tryEvery(step: number, requestOf: (n: number) => SendRequest): Promise<number> {
    const tried = this.#calls.filter((_, n) => n % step === 0);
    const answers = tried.map(
      (call, n) =>
        new Promise<boolean>((resolve) => {
          call.once('data', ({ result }: SendResponse) => resolve(result?.$case === 'accepted'));
          call.once('error', () => resolve(false));
          call.write(requestOf(n));
        }),
    );
    return (await Promise.all(answers)).filter(Boolean).length / tried.length;
  }

  close(): void {
    this.#closing = true;
    for (const call of this.#calls) call.end();
    for (const client of this.#clients) client.close();
  }

  #connect(): void {
    // Clients of one address share a connection unless their options differ.
    const limits = { maxMessageBytes: 4 * 1024 * 1024 + this.#clients.length };
    this.#clients.push(
      createClient(IngestServiceClient, this.target.ingest.grpc, { ca: this.target.authority }, limits),
    );
  }

  #end(why: string): void {
    if (!this.#closing) this.ended.set(why, (this.ended.get(why) ?? 0) + 1);
  }
}
