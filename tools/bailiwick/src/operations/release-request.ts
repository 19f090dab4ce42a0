import { z } from 'zod';
import type { ControlApi } from '../control/control-api.js';
import type { KeptRecord } from './kept-record.js';

/** A request to have a record judged anew, as the control-plane gives it. */
export const ReleaseRequest = z.looseObject({
  id: z.string(),
  tenant: z.string(),
  event: z.string(),
  reference: z.string(),
  askedBy: z.string(),
  askedAt: z.string(),
  approval: z
    .object({ by: z.string(), role: z.string(), order: z.string(), expiresAt: z.string() })
    .nullable(),
});
export type ReleaseRequest = z.infer<typeof ReleaseRequest>;

/** Asks for the release of a record, or finds the request of before that still stands. */
export async function askForRelease(
  api: ControlApi,
  { tenant, eventId, region, topic, partition, offset }: KeptRecord,
  reference: string,
): Promise<ReleaseRequest> {
  const body = { tenant, event: eventId, region, topic, partition, offset, reference };
  return ReleaseRequest.parse((await api.ask('POST', '/v1/releases', { body })).body);
}

/** Approves a request as the person who is signed in. */
export const approveRelease = async (api: ControlApi, id: string): Promise<ReleaseRequest> =>
  ReleaseRequest.parse((await api.ask('POST', `/v1/releases/${encodeURIComponent(id)}/approval`)).body);

/** Requests that this person could approve or has to wait for. */
export const waitingReleases = (api: ControlApi): Promise<readonly ReleaseRequest[]> =>
  api.all('/v1/releases', ReleaseRequest);
