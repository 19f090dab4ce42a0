import { expect, test } from 'vitest';
import { toHeaders } from '@bailiwick/contracts';
import { recordWork, type WorkOptions } from './record-work.js';
import { hold, type Outcome } from './stage.js';
import type { Origin, OutcomeMessages } from './outcome-messages.js';

const TYPE = {
  type: 'sample.v1',
  contentType: 'application/json',
  encode: (text: string) => Buffer.from(text),
  decode: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
} as const;
const headers = toHeaders({
  id: 'evt_1',
  type: TYPE.type,
  contentType: TYPE.contentType,
  source: 'spiffe://bailiwick.local/eu-central/ingest',
  subject: 's1',
  time: 0,
  tenant: 'atlas',
  purpose: 'triage',
  classification: 'Internal',
  traceparent: null,
});

/** What is kept of a record that the stage holds. */
async function keptOf(kept: ((text: string) => string) | undefined): Promise<string> {
  let origin: Origin | undefined;
  const writer = {
    write: (_: readonly Outcome[], given: Origin) => {
      origin = given;
      return Promise.resolve({ outcome: 'hold' } as OutcomeMessages);
    },
  } as unknown as WorkOptions<string>['writer'];
  const stage = () => Promise.resolve([hold('no-purpose', '')]);
  const work = recordWork({ group: 'g', type: TYPE, stage, kept, writer, tooLarge: new Set() });
  const message = {
    key: null,
    value: Buffer.from('a key and a secret'),
    headers,
    attributes: 0,
    offset: '0',
    timestamp: '0',
  };
  await work(message, { topic: 't', partition: 0, offset: 0n }, 1, new AbortController().signal);
  return String(origin?.consumed?.value);
}

test('R6 what is kept of a record is all of it, or what its stage says', async () => {
  expect(await keptOf(undefined)).toBe('a key and a secret');
  expect(await keptOf((text) => text.replace(' and a secret', ''))).toBe('a key');
});
