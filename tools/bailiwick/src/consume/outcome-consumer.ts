import { randomUUID } from 'node:crypto';
import { topicNames } from '@bailiwick/contracts';
import { kafkaError } from '@bailiwick/kafka';
import { BailiwickError } from '@bailiwick/platform';
import { CliError, EXIT } from '../exit-code.js';
import { clusterAs } from '../stack/cell-cluster.js';
import type { StackCell } from '../stack/stack-file.js';

/** A consumer that ends waits for its last fetch, which returns at the latest after this. */
const LONGEST_FETCH_MS = 200;

/**
 * Reads `<j>.analytics.outcome.v1` of the cells from the beginning, as any granted consumer would, and prints each
 * message. Resolves after `limit` messages of all cells together, or when the signal says so.
 */
export async function consumeOutcomes(
  cells: readonly StackCell[],
  limit: number,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { promise: enough, resolve, reject } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  let printed = 0;
  const take = (value: Buffer | null): void => {
    if (!value || printed >= limit) return;
    print(value.toString('utf8'));
    if (++printed >= limit) resolve();
  };
  const consumers = await Promise.all(cells.map((cell) => open(cell, take, reject)));
  try {
    await enough;
  } finally {
    await Promise.all(consumers.map((close) => close()));
  }
}

/** Starts reading one cell; gives what stops it. */
async function open(
  cell: StackCell,
  take: (value: Buffer | null) => void,
  fail: (reason: unknown) => void,
): Promise<() => Promise<void>> {
  const topic = topicNames(cell.jurisdiction).outcome;
  const cluster = clusterAs('auditor', cell);
  const unavailable = (thrown: unknown): CliError => {
    const { detail } = BailiwickError.from(kafkaError(thrown, [topic]));
    return new CliError(EXIT.unavailable, `${cell.region}: ${detail}`);
  };
  const consumer = cluster.consumers.consumer({
    groupId: cluster.name(`cli-${randomUUID()}`),
    maxWaitTimeInMs: LONGEST_FETCH_MS,
    retry: { retries: 2 },
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) fail(unavailable(payload.error));
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ message }) => {
        take(message.value);
        return Promise.resolve();
      },
    });
  } catch (thrown) {
    await consumer.disconnect().catch(() => undefined);
    throw unavailable(thrown);
  }
  return () => consumer.disconnect();
}
