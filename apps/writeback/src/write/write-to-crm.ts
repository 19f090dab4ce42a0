import { SpanKind } from '@opentelemetry/api';
import type { CrmAnswer, CrmWrite, CrmWriter } from '@bailiwick/crm';
import { ATTRIBUTES, BailiwickError, activeTraceparent, inSpan } from '@bailiwick/platform';
import { CRM_PAUSES, CRM_WRITE_SECONDS } from './crm-metrics.js';
import type { CrmPauses } from './crm-pauses.js';

/** A connection that can be written to, and who has asked over it to be left alone. */
export interface Writing {
  readonly connection: string;
  readonly crm: CrmWriter;
  readonly pauses: CrmPauses;
}

/** The CRM wants to be left alone for so long. */
export interface Paused {
  readonly kind: 'paused';
  readonly leftMs: number;
}

/** What became of a write. */
export type Written = Exclude<CrmAnswer, { kind: 'unavailable' }> | Paused;

/** One write inside a client span that names neither the record nor a value. Throws `crm-unavailable`. */
export async function writeToCrm(
  { connection, crm, pauses }: Writing,
  write: Omit<CrmWrite, 'traceparent'>,
): Promise<Written> {
  const leftMs = pauses.left(connection, write.tenant);
  if (leftMs > 0) return { kind: 'paused', leftMs };
  const [method = '', route = ''] = crm.operation.split(' ');
  const attributes = { [ATTRIBUTES.httpMethod]: method, [ATTRIBUTES.httpRoute]: route };
  return inSpan(crm.operation, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    const started = performance.now();
    const answer = await crm.write({ ...write, traceparent: activeTraceparent() });
    CRM_WRITE_SECONDS.observe({ outcome: answer.kind }, (performance.now() - started) / 1000);
    if (answer.status !== null) span.setAttribute(ATTRIBUTES.httpStatus, answer.status);
    if (answer.kind !== 'unavailable') return answer;
    if (answer.retryAfterMs !== null) {
      pauses.pause(connection, write.tenant, answer.retryAfterMs);
      CRM_PAUSES.inc({ connection });
      return { kind: 'paused', leftMs: pauses.left(connection, write.tenant) };
    }
    if (write.signal.aborted) throw new BailiwickError('shutting-down', 'the lane moves away');
    throw new BailiwickError(
      'crm-unavailable',
      answer.status === null ? 'the CRM does not answer' : `the CRM cannot write now (HTTP ${answer.status})`,
    );
  });
}
