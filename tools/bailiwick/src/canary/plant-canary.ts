import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCanaries, type Canaries } from '@bailiwick/canary';
import { accessToken } from '../send/access-token.js';
import { cloudEvent, postRecord } from '../send/post-record.js';
import { readHistories } from '../lineage/lineage-api.js';
import { clientOf, type Stack, type StackCell } from '../stack/stack-file.js';
import type { Planted } from './place.js';

/** Clocks of the machines of a mesh differ by this much at most, in milliseconds. */
const SKEW_MS = 5_000;

/** Fields of a case in which each value stands where a real one would, in columns and in free text. */
const fieldsOf = ({ name, email, phone, note }: Canaries): Readonly<Record<string, string>> => ({
  Subject: 'Charged twice for one order',
  Description: `My name is ${name}, write to ${email} or call ${phone}. ${note}. Please refund one payment.`,
  Origin: 'Email',
  ContactName: name,
  ContactEmail: email,
  ContactPhone: phone,
  Street: note,
});

/** Sends a canary as a record of a tenant at home in the cell. Throws with exit code 1 when ingest refuses it. */
export async function plantCanary(
  stack: Stack,
  cell: StackCell,
  tenant: string,
  purpose: string,
): Promise<Planted> {
  const client = clientOf(stack, tenant);
  const canaries = makeCanaries();
  const since = Date.now() - SKEW_MS;
  const token = await accessToken(stack, client, `tenant:${tenant} purpose:${purpose}`);
  const record = { object: 'Case', recordId: canaries.note, fields: fieldsOf(canaries) };
  const event = cloudEvent(record, { purpose, source: client.source, id: randomUUID() });
  const eventId = await postRecord(cell.ingest.http, stack.authority, token, event);
  return { region: cell.region, tenant, eventId, canaries, since };
}

/** Waits until the way of the canary has ended, and gives how; `in-flight` when it has not in time. */
export async function wayEnded(
  cell: StackCell,
  { eventId }: Planted,
  withinMs: number,
  signal: AbortSignal,
): Promise<string> {
  for (const deadline = Date.now() + withinMs; ; await sleep(250, undefined, { signal })) {
    const { answers } = await readHistories([cell], eventId);
    const outcome = answers[0]?.outcome ?? 'in-flight';
    if (outcome !== 'in-flight' || Date.now() > deadline) return outcome;
  }
}
