import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASE_CHANGES, CertificateAuthority, SamplePubSub } from '@bailiwick/stack';
import { Agent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CrmDelivery, SourceEvents } from '../crm-source.js';
import { parsePosition } from './position.js';
import { PubSub } from './pubsub-client.js';
import { SalesforceRest } from './rest.js';
import { SalesforceSource, type SalesforceParts } from './salesforce-source.js';
import { keptSession } from '../kept-session.js';

const ORG = '00D000000000001EAA';
const recordId = (n: number): string => `500${String(n).padStart(12, '0')}`;

let folder: string;
let crm: SamplePubSub;
let rest: Server;
let pubsub: PubSub;
let dispatcher: Agent;
let live: string;
let logins: number;
let sessionMs: number;
let seen: { gaps: string[]; states: string[]; allocation: number[] };
let queries: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-salesforce-'));
  const authority = await CertificateAuthority.open(folder);
  const files = await authority.issue({ region: 'outside', workload: 'sample-crm' });
  const [cert, key, ca] = await Promise.all(
    [files.certificate, files.key, files.authority].map((file) => readFile(file, 'utf8')),
  );
  const tls = { cert: cert ?? '', key: key ?? '', ca: ca ?? '' };
  crm = new SamplePubSub({
    file: ':memory:',
    port: 0,
    tls,
    orgs: [ORG],
    orgOf: (token) => (token === live ? ORG : null),
    keepaliveMs: 60,
  });
  await crm.start();
  rest = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://crm');
    queries.push(url.searchParams.get('q') ?? url.pathname);
    const isLive = request.headers.authorization === `Bearer ${live}`;
    const [status, body] = (isLive ? crm.rest(url.pathname, url.searchParams, ORG) : null) ?? [401, []];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => rest.listen(0, '127.0.0.1', resolve));
  pubsub = new PubSub(crm.address, tls.ca);
  dispatcher = new Agent();
});
afterAll(async () => {
  pubsub.close();
  rest.close();
  await Promise.all([crm.stop(), dispatcher.destroy()]);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  [live, logins, queries, sessionMs] = ['token-0', 0, [], 600_000];
  seen = { gaps: [], states: [], allocation: [] };
  Object.assign(crm.faults, { eventsPerStream: null, failNext: null });
  crm.bus.database.exec('DELETE FROM event; DELETE FROM org_record');
});

function source(parts: Partial<SalesforceParts> = {}, topic = CASE_CHANGES): SalesforceSource {
  const { port } = rest.address() as AddressInfo;
  const events: SourceEvents = {
    state: (state, reason) => void seen.states.push(`${state} ${reason}`.trim()),
    gap: (reason) => void seen.gaps.push(reason),
    allocation: (left) => void seen.allocation.push(left),
  };
  return new SalesforceSource(
    { topic, object: 'Case', ownClient: 'bailiwick', recordField: null },
    {
      pubsub,
      rest: new SalesforceRest('62.0', dispatcher),
      sessions: keptSession(async () => {
        live = `token-${++logins}`;
        const until = Date.now() + sessionMs;
        return { accessToken: live, instanceUrl: `http://127.0.0.1:${port}`, orgId: ORG, until };
      }),
      events,
      slowDownMs: 50,
      allocationEveryMs: 60_000,
      now: Date.now,
      ...parts,
    },
  );
}

/** Pulls as the runner does: again from the last cursor when the source throws, until enough came or the time is over. */
async function pull(
  from: SalesforceSource,
  enough: (deliveries: readonly CrmDelivery[]) => boolean,
  cursor: string | null = null,
  during: (delivery: CrmDelivery) => void = () => undefined,
  timeoutMs = 8000,
): Promise<readonly CrmDelivery[]> {
  const signal = AbortSignal.timeout(timeoutMs);
  const over = new AbortController();
  const taken: CrmDelivery[] = [];
  while (!signal.aborted && !over.signal.aborted) {
    try {
      for await (const delivery of from.pull(cursor, AbortSignal.any([signal, over.signal]))) {
        ({ cursor } = delivery);
        taken.push(delivery);
        during(delivery);
        if (enough(taken)) {
          over.abort();
          break;
        }
      }
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'crm-unavailable' });
    }
  }
  return taken;
}

const changesOf = (deliveries: readonly CrmDelivery[]) => deliveries.flatMap(({ changes }) => changes);
const count = (n: number) => (deliveries: readonly CrmDelivery[]) => changesOf(deliveries).length >= n;
const change = (n: number, fields = { Subject: `s${n}` }) => ({ recordId: recordId(n), fields });
const ids = (n: number): readonly string[] => Array.from({ length: n }, (_, index) => recordId(index));

describe('a stream of changes', () => {
  it('goes on with another session before the lease of the first ends, and misses nothing', async () => {
    sessionMs = 150;
    const publishing = setInterval(() => crm.org(ORG).change([change(published++)]), 20);
    let published = 0;
    try {
      const taken = changesOf(await pull(source(), count(25)));
      expect(taken.map(({ recordId: id }) => id).slice(0, 25)).toEqual(ids(25));
    } finally {
      clearInterval(publishing);
    }
    expect(logins).toBeGreaterThan(2);
    // None was told that its token is good no more.
    expect(seen.states.filter((state) => state.startsWith('waiting'))).toEqual([]);
  });

  it('comes whole and in order, of one transaction with 5,000 events, by a hundred at a time', async () => {
    crm.org(ORG).change(ids(5000).map((_, n) => change(n)));
    const taken = await pull(source(), count(5000));
    expect(changesOf(taken).map(({ recordId: id }) => id)).toEqual(ids(5000));
    expect(Math.max(...taken.map(({ changes }) => changes.length))).toBeLessThanOrEqual(100);
  });

  it('loses and repeats nothing, wherever it is cut', async () => {
    crm.org(ORG).change(ids(60).map((_, n) => change(n)));
    for (const eventsPerStream of [1, 7, 50]) {
      crm.faults.eventsPerStream = eventsPerStream;
      const taken = await pull(source(), count(60));
      expect(changesOf(taken).map(({ recordId: id }) => id)).toEqual(ids(60));
    }
  });

  it('goes on after a restart at any delivery', async () => {
    crm.org(ORG).change(ids(9).map((_, n) => ({ ...change(n), transactionKey: `tx-${n}` })));
    for (let stop = 1; stop < 9; stop++) {
      const before = await pull(source(), count(stop));
      const after = await pull(source(), count(9 - stop), before.at(-1)?.cursor ?? null);
      expect(changesOf([...before, ...after]).map(({ recordId: id }) => id)).toEqual(ids(9));
    }
  });

  it('goes on with a new token when the one it has ends in mid-stream', async () => {
    crm.org(ORG).change(ids(120).map((_, n) => change(n)));
    let ended = false;
    const taken = await pull(source(), count(120), null, () => {
      if (!ended) live = 'another';
      ended = true;
    });
    expect(changesOf(taken).map(({ recordId: id }) => id)).toEqual(ids(120));
    expect(logins).toBe(2);
  });

  it('reads events of a new schema and of the old one', async () => {
    const org = crm.org(ORG);
    org.change([change(1)]);
    org.change([{ recordId: recordId(1), fields: { [`Extra${Date.now()}__c`]: 'x' } }]);
    org.change([change(2)]);
    const taken = changesOf(await pull(source(), count(3)));
    expect(taken.map(({ fields }) => Object.keys(fields)[0]?.slice(0, 5))).toEqual([
      'Subje',
      'Extra',
      'Subje',
    ]);
  });

  it('puts the events of a transaction in the order of their numbers, and gives a duplicate the same id', async () => {
    const org = crm.org(ORG);
    const numbers = [3, 1, 2];
    org.change(
      numbers.map((n) => ({ ...change(n), transactionKey: 'tx', sequenceNumber: n, eventId: `e${n}` })),
    );
    org.change([{ ...change(1), eventId: 'e1' }]);
    const taken = changesOf(await pull(source(), count(4)));
    expect(taken.map(({ sourceId }) => sourceId)).toEqual([1, 2, 3, 1].map((n) => `e${n}/${recordId(n)}`));
  });

  it('keeps the position that the CRM tells when nothing happens', async () => {
    const [first] = await pull(source(), (deliveries) => deliveries.length > 0);
    expect(first?.changes).toEqual([]);
    expect(parsePosition(first?.cursor ?? null)).toMatchObject({ replayId: expect.any(String) as string });
    crm.org(ORG).change([change(1)]);
    expect(changesOf(await pull(source(), count(1), first?.cursor))).toHaveLength(1);
  });

  it('fetches the value of a text of which only the difference is told', async () => {
    const org = crm.org(ORG);
    org.change([{ recordId: recordId(1), fields: { Subject: 's', Description: 'a long text' } }]);
    org.change([
      {
        recordId: recordId(1),
        fields: { Subject: 't', Description: 'a longer text' },
        diff: ['Description'],
      },
    ]);
    const taken = changesOf(await pull(source(), count(2)));
    expect(taken.at(-1)?.fields).toEqual({ Subject: 't', Description: 'a longer text' });
  });

  it('does not take our own write-back for a change', async () => {
    const org = crm.org(ORG);
    org.change([change(1)]);
    org.change([{ ...change(1), client: 'bailiwick' }]);
    org.change([change(2)]);
    const taken = await pull(source(), count(2));
    expect(changesOf(taken).map(({ recordId: id }) => id)).toEqual([recordId(1), recordId(2)]);
    expect(taken.flatMap(({ passed }) => passed)).toEqual(['own-write-back']);
  });
});

describe('a gap', () => {
  it('is declared by an event and reconciled through REST, before what comes after it', async () => {
    const org = crm.org(ORG);
    org.changeSilently(recordId(1), { Subject: 'as it is now' });
    org.change([{ recordId: recordId(1), fields: {}, type: 'GAP_UPDATE' }]);
    org.change([change(2)]);
    const taken = changesOf(await pull(source(), count(2)));
    expect(taken.map(({ fields }) => fields['Subject'])).toEqual(['as it is now', 's2']);
    expect(taken[0]?.sourceId).toMatch(/^state\//);
    expect(seen.gaps).toEqual(['gap-event']);
  });

  it('of an overflow is read page by page, and goes on at its page after a crash', async () => {
    const org = crm.org(ORG);
    for (let n = 0; n < 450; n++) org.changeSilently(recordId(n), { Subject: `s${n}` });
    org.change([{ recordId: '000000000000000AAA', fields: {}, type: 'GAP_OVERFLOW' }]);
    const before = await pull(source(), count(200));
    const after = await pull(source(), count(250), before.at(-1)?.cursor ?? null);
    const taken = changesOf([...before, ...after]).map(({ recordId: id }) => id);
    expect(taken.toSorted()).toEqual(ids(450).toSorted());
  });

  it('is what a replay id of 72 hours ago means: all that is kept, then what was lost', async () => {
    const org = crm.org(ORG);
    org.change([change(1)]);
    const before = await pull(source(), count(1));
    org.changeSilently(recordId(2), { Subject: 'changed while nobody listened' });
    org.change([change(3)]);
    crm.bus.forget(Date.now() + 1);
    org.change([change(4)]);
    const reconciled = (deliveries: readonly CrmDelivery[]): boolean =>
      changesOf(deliveries).some(
        ({ sourceId, recordId: id }) => sourceId.startsWith('state/') && id === recordId(3),
      );
    const taken = changesOf(await pull(source(), reconciled, before.at(-1)?.cursor ?? null));
    expect(seen.gaps).toEqual(['replay-id-gone']);
    expect(taken[0]?.recordId).toBe(recordId(4));
    const states = taken.filter(({ sourceId }) => sourceId.startsWith('state/'));
    expect(states.map(({ recordId: id }) => id)).toEqual(expect.arrayContaining([recordId(2), recordId(3)]));
  });

  it('is what an event means that cannot be read', async () => {
    const org = crm.org(ORG);
    org.changeSilently(recordId(1), { Subject: 'readable here' });
    crm.bus.publish(ORG, CASE_CHANGES, [{ id: 'x', schemaId: org.schemaId, payload: Buffer.from('broken') }]);
    org.change([change(2)]);
    const taken = changesOf(await pull(source(), count(2)));
    expect(taken.map(({ recordId: id }) => id)).toEqual([recordId(1), recordId(2)]);
    expect(seen.gaps).toEqual(['undecodable']);
  });
});

describe('an error of the CRM', () => {
  it('that is permanent is not tried again', async () => {
    const stopped = await pull(source({}, '/data/NoSuchChangeEvent'), () => false, null, undefined, 300);
    expect(stopped).toEqual([]);
    expect(seen.states).toEqual(['stopped topic.not.found']);
  });

  it('about the allocation makes it wait, and nothing is lost', async () => {
    crm.org(ORG).change([change(1)]);
    crm.faults.failNext = 'subscription.limit.exceeded';
    expect(changesOf(await pull(source(), count(1)))).toHaveLength(1);
    expect(seen.states[0]).toBe('waiting subscription.limit.exceeded');
    expect(seen.allocation[0]).toBeGreaterThan(0.9);
  });
});
