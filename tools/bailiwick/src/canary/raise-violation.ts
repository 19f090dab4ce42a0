import { EVENT_TYPES, spiffeId, toHeaders, topicNames } from '@bailiwick/contracts';
import { kafkaError } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { CliError, EXIT } from '../exit-code.js';
import { clusterAs } from '../stack/cell-cluster.js';
import type { StackCell } from '../stack/stack-file.js';
import type { Planted, Searched } from './place.js';

const CODE = 'canary-found';

/** What was found in one place, as a sentence that says none of it. */
export const leakSentence = ({ kind, name, found }: Searched, { region }: Pick<Planted, 'region'>): string =>
  `${kind} ${name} holds ${found.join(', ')} of a canary of ${region}`;

/**
 * Raises a violation for each place in which a canary was found, on the topic of the cell where it was, so that it pages and is
 * kept as any other. The same find has the same id and is recorded once. Throws with exit code 4 when the broker does not take it.
 */
export async function raiseViolations(
  cell: StackCell,
  planted: Planted,
  leaks: readonly Searched[],
): Promise<void> {
  const operator = clusterAs('operator', cell);
  const topic = topicNames(cell.jurisdiction).violation;
  const { type, contentType, encode } = EVENT_TYPES.violation;
  const producer = operator.producers.producer({ idempotent: true, maxInFlightRequests: 1 });
  const at = new Date();
  try {
    await producer.connect();
    await producer.send({
      topic,
      messages: leaks.map((leak) => {
        const violationId = `canary/${planted.eventId}/${leak.kind}/${leak.name}`;
        return {
          key: violationId,
          value: Buffer.from(
            encode({
              violationId,
              eventId: planted.eventId,
              tenant: planted.tenant,
              code: CODE,
              service: 'canary',
              region: cell.region,
              jurisdiction: cell.jurisdiction,
              at,
              traceId: '',
              detail: leakSentence(leak, planted),
            }),
          ),
          headers: toHeaders({
            id: violationId,
            type,
            contentType,
            source: spiffeId(operator.identity),
            subject: leak.kind,
            time: at.getTime(),
            tenant: planted.tenant,
            purpose: '',
            classification: 'Internal',
            traceparent: null,
          }),
        };
      }),
    });
  } catch (thrown) {
    const { detail } = BailiwickError.from(kafkaError(thrown, [topic]));
    throw new CliError(EXIT.unavailable, `${cell.region}: ${detail}`);
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
