import { createHmac } from 'node:crypto';
import type { KeyedGrant } from '@bailiwick/contracts';
import { base32 } from '@bailiwick/domain';
import type { AnalyticsOutcome } from './analytics-outcome.js';

const BYTES = 16;
const SECOND = 1000;

/** A name as one grant sees it. Without the grant's key nobody tells whether two grants mean the same. */
function pseudonym({ key }: Pick<KeyedGrant, 'key'>, kind: 'event' | 'subject', ...parts: string[]): string {
  const hmac = createHmac('sha256', Buffer.from(key, 'base64url')).update(kind);
  for (const part of parts) hmac.update(`\n${Buffer.byteLength(part)}:`).update(part);
  return base32(hmac.digest().subarray(0, BYTES));
}

const toSecond = (time: string): string =>
  new Date(Math.floor(Date.parse(time) / SECOND) * SECOND).toISOString();
const whole = (milliseconds: number | null): number | null =>
  milliseconds === null ? null : Math.round(milliseconds);

/**
 * An outcome as the consumer of one grant sees it: event and record by pseudonyms of the grant, times to the second and durations to
 * the millisecond, since finer ones would name a record as well as its id does.
 */
export function grantedOutcome(outcome: AnalyticsOutcome, grant: Pick<KeyedGrant, 'key'>): AnalyticsOutcome {
  const { eventId, tenant, subject, receivedAt, finishedAt, stepsMs } = outcome;
  return {
    ...outcome,
    eventId: `evt_${pseudonym(grant, 'event', eventId)}`,
    subject: `sub_${pseudonym(grant, 'subject', tenant, subject)}`,
    modelDurationMs: whole(outcome.modelDurationMs),
    stepsMs: {
      classified: whole(stepsMs.classified),
      decided: whole(stepsMs.decided),
      answered: whole(stepsMs.answered),
      writtenBack: whole(stepsMs.writtenBack),
    },
    receivedAt: receivedAt === null ? null : toSecond(receivedAt),
    finishedAt: toSecond(finishedAt),
    durationMs: whole(outcome.durationMs),
  };
}
