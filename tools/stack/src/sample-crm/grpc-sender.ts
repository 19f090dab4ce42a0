import { IngestServiceClient, SendRequest, type SendResponse } from '@bailiwick/contracts';
import { bearer, createClient, fromStatus } from '@bailiwick/grpc';
import type { Delivery } from './http-sender.js';
import type { IngestTarget } from './ingest-target.js';
import type { SampleEvent } from './sample-day.js';

/** gRPC statuses that are worth repeating: UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED. */
const PASSING = new Set([14, 8, 4]);
const UNAUTHENTICATED = 16;
const ANSWER_WITHIN_MS = 20_000;

type SendStream = ReturnType<IngestServiceClient['send']>;

/**
 * Sends a tenant's events over one bidirectional stream, which is opened at the first event and again after it
 * broke. An event whose answer did not come is worth repeating: its id makes that safe.
 */
export class GrpcSender {
  private readonly client: IngestServiceClient;
  private readonly waiting = new Map<bigint, (delivery: Delivery) => void>();
  private stream: SendStream | undefined;
  private sequence = 0n;

  constructor(private readonly target: IngestTarget) {
    this.client = createClient(IngestServiceClient, target.ingest.grpc, { ca: target.authority });
  }

  /** Sends one event and waits for its own answer. */
  async send(event: SampleEvent): Promise<Delivery> {
    const token = await this.target.accessToken().catch(() => null);
    if (token === null) return { kind: 'unavailable' };
    const stream = (this.stream ??= this.open(token));
    const sequence = ++this.sequence;
    const answer = new Promise<Delivery>((resolve) => {
      const late = setTimeout(() => resolve({ kind: 'unavailable' }), ANSWER_WITHIN_MS);
      this.waiting.set(sequence, (delivery) => {
        clearTimeout(late);
        resolve(delivery);
      });
    });
    stream.write(
      SendRequest.fromPartial({
        sequence,
        purpose: event.purpose,
        source: this.target.source,
        id: event.sourceId,
        object: event.object,
        recordId: event.recordId,
        fieldsJson: Buffer.from(JSON.stringify(event.fields)),
      }),
    );
    return answer.finally(() => this.waiting.delete(sequence));
  }

  /** Ends the stream and the connection. */
  close(): void {
    this.stream?.end();
    this.client.close();
  }

  private open(token: string): SendStream {
    const stream = this.client.send(bearer(token));
    stream.on('data', (response: SendResponse) =>
      this.waiting.get(response.sequence)?.(deliveryOf(response)),
    );
    const end = (delivery: Delivery): void => {
      if (this.stream === stream) this.stream = undefined;
      for (const answer of this.waiting.values()) answer(delivery);
    };
    stream.on('error', (failure: Parameters<typeof fromStatus>[0]) => end(refusalOf(failure)));
    stream.on('end', () => end({ kind: 'unavailable' }));
    return stream;
  }
}

/** A whole stream is refused by its status; an expired token or a passing failure is worth a new stream. */
function refusalOf(failure: Parameters<typeof fromStatus>[0]): Delivery {
  if (PASSING.has(failure.code) || failure.code === UNAUTHENTICATED) return { kind: 'unavailable' };
  return { kind: 'refused', code: fromStatus(failure).code };
}

function deliveryOf({ result }: SendResponse): Delivery {
  if (result?.$case === 'accepted') return { kind: 'accepted' };
  if (!result || PASSING.has(result.value.status)) return { kind: 'unavailable' };
  return { kind: 'refused', code: result.value.code };
}
