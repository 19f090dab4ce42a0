import { z } from 'zod';
import { CrmHttp, pathOf, type HttpAnswer } from '../crm-http.js';
import type { CrmAnswer, CrmWrite, CrmWriter } from '../crm-writer.js';
import { UNANSWERED, answerOf, notSent, plainCode } from '../write-failure.js';
import { WriterConnection } from '../writer-connection.js';

/** A CRM behind the generic HTTP interface. */
export const GenericHttpConnection = WriterConnection.extend({ kind: z.literal('generic-http') });
export type GenericHttpConnection = z.infer<typeof GenericHttpConnection>;

const CODE = /^[a-z][a-z0-9-]{0,60}$/;
/** Of a problem document (RFC 9457) only a code of plain words is kept: its sentences may quote the record. */
const Problem = z.object({ code: z.unknown().optional() });

/**
 * Speaks the generic HTTP interface: `PATCH {url}/crm/{tenant}/objects/{object}/{id}` with `{"fields": {…}}`, an
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) and the write's own credential as bearer token.
 */
export class GenericHttpWriter implements CrmWriter {
  readonly operation = 'PATCH /crm/{tenant}/objects/{object}/{id}';
  readonly #http: CrmHttp;
  readonly #compares: boolean;

  constructor(
    connection: Pick<GenericHttpConnection, 'url' | 'timeoutMs' | 'unmodifiedSince'>,
    authority: string,
  ) {
    this.#http = new CrmHttp(connection, authority);
    this.#compares = connection.unmodifiedSince;
  }

  async write(write: CrmWrite): Promise<CrmAnswer> {
    const { tenant, object, recordId, traceparent, unmodifiedSince } = write;
    const path = pathOf('crm', tenant, 'objects', object, recordId);
    if (path === null) return notSent('record-id-invalid');
    const answer = await this.#http.send(
      {
        method: 'PATCH',
        path,
        headers: {
          'idempotency-key': write.idempotencyKey,
          ...(traceparent !== null && { traceparent }),
          ...(this.#compares &&
            unmodifiedSince !== null && { 'if-unmodified-since': unmodifiedSince.toUTCString() }),
        },
        body: { fields: write.fields },
      },
      write,
    );
    return answer === null ? UNANSWERED : crmAnswer(answer);
  }

  close(): Promise<void> {
    return this.#http.close();
  }
}

/** What an answer means. */
export function crmAnswer({
  status,
  retryAfterMs,
  body,
}: Pick<HttpAnswer, 'status' | 'retryAfterMs' | 'body'>): CrmAnswer {
  // The draft's answer to a key whose first request is still being processed.
  if (status === 409) return { kind: 'unavailable', status, retryAfterMs };
  const code = plainCode(Problem.safeParse(body).data?.code, CODE);
  return answerOf({ status, retryAfterMs }, { code, fields: [] });
}
