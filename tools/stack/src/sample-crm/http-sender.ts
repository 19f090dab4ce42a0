import { Agent, request } from 'undici';
import { z } from 'zod';
import type { IngestTarget } from './ingest-target.js';
import type { SampleEvent } from './sample-day.js';

/** What became of one delivery. */
export type Delivery =
  | { readonly kind: 'accepted' }
  /** ingest said no for good; `code` is its problem code. */
  | { readonly kind: 'refused'; readonly code: string }
  /** No answer, or not now: worth repeating. */
  | { readonly kind: 'unavailable' };

const Problem = z.object({ code: z.string() });

/** The event as a CloudEvent 1.0 in structured mode. */
export const toCloudEvent = (event: SampleEvent, source: string): object => ({
  specversion: '1.0',
  id: event.sourceId,
  source,
  type: 'com.example.crm.case.changed',
  subject: event.recordId,
  purpose: event.purpose,
  datacontenttype: 'application/json',
  data: { object: event.object, fields: event.fields },
});

/** HTTP client that trusts the stack's authority. */
export const producerAgent = (authority: string): Agent => new Agent({ connect: { ca: authority } });

/** Sends one event to `POST /v1/records`. */
export async function sendByHttp(target: IngestTarget, agent: Agent, event: SampleEvent): Promise<Delivery> {
  return deliver(agent, `${target.ingest.http}/v1/records`, {
    headers: {
      authorization: `Bearer ${await target.accessToken()}`,
      'content-type': 'application/cloudevents+json',
    },
    body: JSON.stringify(toCloudEvent(event, target.source)),
  });
}

/** Posts a body and reads the answer as a delivery. */
export async function deliver(
  agent: Agent,
  url: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<Delivery> {
  try {
    const answer = await request(url, { method: 'POST', dispatcher: agent, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode === 202) return { kind: 'accepted' };
    if (answer.statusCode >= 500 || answer.statusCode === 429) return { kind: 'unavailable' };
    return {
      kind: 'refused',
      code: Problem.safeParse(parseJson(text)).data?.code ?? `http-${answer.statusCode}`,
    };
  } catch {
    return { kind: 'unavailable' };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
