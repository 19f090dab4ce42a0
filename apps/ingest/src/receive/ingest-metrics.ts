import { BailiwickError, counter, histogram } from '@bailiwick/platform';

/** A way in. */
export type Way = 'http' | 'webhook' | 'grpc' | 'pull' | 'gateway';

const accepted = counter('bailiwick_ingest_accepted_total', 'Records taken and durable, by way in.', ['way']);
const refused = counter('bailiwick_ingest_refused_total', 'Records refused, by way in and error code.', [
  'way',
  'code',
]);

/** Time from the sealed record to its committed transaction. */
export const produceSeconds = histogram(
  'bailiwick_ingest_produce_seconds',
  'Seconds until a sealed record is durable.',
  [],
);

/** Counts one record by what becomes of it. */
export async function counted<T>(way: Way, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work();
    countAccepted(way);
    return result;
  } catch (thrown) {
    countRefusal(way, thrown);
    throw thrown;
  }
}

/** Counts one record that was taken. */
export const countAccepted = (way: Way): void => accepted.inc({ way });

/** Counts one refusal that happened before there was a record. */
export const countRefusal = (way: Way, thrown: unknown): void =>
  refused.inc({ way, code: BailiwickError.from(thrown).code });
