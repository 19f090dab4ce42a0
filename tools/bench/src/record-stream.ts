import { randomBytes } from 'node:crypto';
import { IngestServiceClient, SendRequest, type SendResponse } from '@bailiwick/contracts';
import { eventId } from '@bailiwick/domain';
import { bearer, createClient } from '@bailiwick/grpc';
import type { IngestTarget } from '@bailiwick/stack';

const PURPOSE = 'case-triage';
/** CRM records among which the events are spread, as in the relay benchmark. */
const SUBJECTS = 997;
/** About 1 KB a record with its other fields. */
const TEXT =
  'My card was charged twice for the same invoice and I would like one payment back, please. '.repeat(9);

/** One gRPC stream of records of about 1 KB into ingest, as one producer sends them. */
export class RecordStream {
  readonly #client: IngestServiceClient;
  readonly #call: ReturnType<IngestServiceClient['send']>;
  readonly #run = randomBytes(4).toString('hex');
  readonly #target: IngestTarget;
  readonly #ended = Promise.withResolvers<void>();
  #over = false;
  /** There while the stream has no room. */
  #full: PromiseWithResolvers<void> | undefined;
  #sent = 0;
  /** The first refusal, if any. */
  refused: string | null = null;

  private constructor(target: IngestTarget, token: string) {
    this.#target = target;
    this.#client = createClient(IngestServiceClient, target.ingest.grpc, { ca: target.authority });
    this.#call = this.#client.send(bearer(token));
    this.#call.on('drain', () => this.#roomy());
    this.#call.on('end', () => this.#end());
    this.#call.on('data', ({ result }: SendResponse) => {
      if (result?.$case === 'refused') this.refused ??= result.value.code;
    });
    this.#call.on('error', (failure) => {
      this.refused ??= failure.message;
      this.#end();
    });
  }

  static async open(target: IngestTarget): Promise<RecordStream> {
    return new RecordStream(target, await target.accessToken());
  }

  /** Sends one record; `room` resolves when the stream has room for the next, or has ended. */
  send(): { readonly eventId: string; readonly room: Promise<void> } {
    const n = this.#sent++;
    const id = `${this.#run}-${n}`;
    const source = this.#target.source;
    const request = SendRequest.fromPartial({
      sequence: BigInt(n + 1),
      purpose: PURPOSE,
      source,
      id,
      object: 'Case',
      recordId: `500B${n % SUBJECTS}`,
      fieldsJson: Buffer.from(
        JSON.stringify({
          Subject: `Charged twice ${n}`,
          Description: TEXT,
          Origin: 'Web',
          Product__c: 'Home Hub',
          ContactName: 'Ana Roth',
          ContactEmail: 'ana.roth@example.com',
        }),
      ),
    });
    if (!this.#call.write(request) && !this.#over) this.#full ??= Promise.withResolvers<void>();
    const room = this.#full?.promise ?? Promise.resolve();
    return { eventId: eventId(this.#target.tenant, source, id), room };
  }

  /** Sends no more; resolves when all that was sent is answered. */
  async finish(): Promise<void> {
    this.#call.end();
    await this.#ended.promise;
    this.#client.close();
  }

  close(): void {
    this.#call.end();
    this.#client.close();
  }

  #roomy(): void {
    this.#full?.resolve();
    this.#full = undefined;
  }

  #end(): void {
    this.#over = true;
    this.#roomy();
    this.#ended.resolve();
  }
}
