import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';

/** A record as a file holds it. */
export const RecordFile = z.strictObject({
  /** CRM object, for example `Case`. */
  object: z.string().min(1),
  /** The CRM's own record id. */
  recordId: z.string().min(1),
  fields: z.record(z.string(), z.unknown()),
});
export type RecordFile = z.infer<typeof RecordFile>;

/** What makes a record an event. */
export interface Envelope {
  readonly purpose: string;
  readonly source: string;
  /** The source's own id of the event: the same id again is the same event. */
  readonly id: string;
}

/** A CloudEvent 1.0 in structured mode. */
export const cloudEvent = (
  { object, recordId, fields }: RecordFile,
  { purpose, source, id }: Envelope,
): object => ({
  specversion: '1.0',
  id,
  source,
  type: `bailiwick.cli.${object.toLowerCase()}.changed`,
  subject: recordId,
  purpose,
  datacontenttype: 'application/json',
  data: { object, fields },
});

const Accepted = z.object({ eventId: z.string() });
const Problem = z.object({
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  endpoint: z.string().optional(),
});

/** Posts one event to ingest and gives its event id. Throws with exit code 1 and the reason when it is refused. */
export async function postRecord(
  ingest: string,
  authorityFile: string,
  token: string,
  event: object,
): Promise<string> {
  const posted = request(`${ingest}/v1/records`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
    ...(ingest.startsWith('https:') && { ca: readFileSync(authorityFile) }),
    signal: AbortSignal.timeout(15_000),
  });
  posted.end(JSON.stringify(event));
  const [answer] = (await once(posted, 'response').catch(() => {
    throw new CliError(EXIT.unavailable, `ingest does not answer (${ingest})`);
  })) as [IncomingMessage];
  const body: unknown = JSON.parse((await text(answer)) || 'null');
  const accepted = Accepted.safeParse(body);
  if (answer.statusCode === 202 && accepted.success) return accepted.data.eventId;
  const problem = Problem.safeParse(body).data;
  const elsewhere = problem?.endpoint === undefined ? '' : `; the right cell is ${problem.endpoint}`;
  throw new CliError(
    EXIT.no,
    problem
      ? `refused with ${problem.status} ${problem.code}: ${problem.detail}${elsewhere}`
      : `ingest answered ${answer.statusCode}`,
  );
}
