import { ATTRIBUTES, BailiwickError, inSpan, remoteParent } from '@bailiwick/platform';
import { SpanKind } from '@opentelemetry/api';

/**
 * Runs the work on one record in a server span: the root of the record's trace, or a child of the producer's own
 * span when it sent a trace context. `status` is the HTTP status of success.
 */
export const inServerSpan = <T>(
  route: string,
  traceparent: string | null | undefined,
  work: () => Promise<T>,
  status = 202,
): Promise<T> =>
  inSpan(
    `POST ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: { [ATTRIBUTES.httpMethod]: 'POST', [ATTRIBUTES.httpRoute]: route },
      parent: remoteParent(traceparent),
    },
    async (span) => {
      try {
        const result = await work();
        span.setAttribute(ATTRIBUTES.httpStatus, status);
        return result;
      } catch (thrown) {
        span.setAttribute(ATTRIBUTES.httpStatus, BailiwickError.from(thrown).policy.http);
        throw thrown;
      }
    },
  );
