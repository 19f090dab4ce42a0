import { setTimeout as sleep } from 'node:timers/promises';
import { BailiwickError } from '@bailiwick/platform';
import type { CrmDelivery, CrmSource, PassedOver, SourceEvents } from '../crm-source.js';
import {
  isChangeEvent,
  readChangeEvent,
  type ChangeEvent,
  type ChangeFilter,
  type ChangeOrder,
} from './change-event.js';
import { SchemaCache } from './event-schema.js';
import type { ConsumerEvent, FetchResponse } from './gen/eventbus/v1/pubsub_api.js';
import { readPlatformEvent } from './platform-event.js';
import { caughtUpTo, formatPosition, parsePosition, withGap, type Position } from './position.js';
import type { PubSub } from './pubsub-client.js';
import { PubSubFailure } from './pubsub-failure.js';
import { dueOf, reconcile } from './reconcile.js';
import type { SalesforceRest } from './rest.js';
import type { SalesforceSession, SalesforceSessions } from './session.js';
import { byTransaction } from './transaction-order.js';

/** What one subscription is about. */
export interface SalesforceTopic extends ChangeFilter {
  /** `/data/CaseChangeEvent`, `/event/Note__e`, or a channel. */
  readonly topic: string;
  /** Field of a platform event that holds the id of the record it is about; null: each is a record by itself. */
  readonly recordField: string | null;
}

/** What a source works with. */
export interface SalesforceParts {
  readonly pubsub: PubSub;
  readonly rest: SalesforceRest;
  readonly sessions: SalesforceSessions;
  readonly events: SourceEvents;
  /** How long it waits when the org has no allocation left, in milliseconds. */
  readonly slowDownMs: number;
  /** How often it asks for the allocation, in milliseconds. */
  readonly allocationEveryMs: number;
  readonly now: () => number;
}

/** One event, read, with its replay id. */
interface ReadEvent {
  readonly what: ChangeEvent;
  readonly order: ChangeOrder | null;
  readonly replayId: Buffer;
  /** Its place in the answer. */
  readonly at: number;
}

interface Step {
  readonly position: Position;
  readonly delivery: CrmDelivery;
}

/** Follows one topic of one org: the stream, and what the stream says it has left out. */
export class SalesforceSource implements CrmSource {
  readonly #topic: SalesforceTopic;
  readonly #parts: SalesforceParts;
  readonly #schemas: SchemaCache;

  constructor(topic: SalesforceTopic, parts: SalesforceParts) {
    this.#topic = topic;
    this.#parts = parts;
    const { pubsub, sessions } = parts;
    this.#schemas = new SchemaCache(
      async (id) => (await pubsub.schema(await sessions.current(), id)).schemaJson,
    );
  }

  async *pull(cursor: string | null, signal: AbortSignal): AsyncGenerator<CrmDelivery> {
    const { events, sessions, now } = this.#parts;
    let position = parsePosition(cursor);
    let refused = false;
    const watching = this.#watchAllocation(signal);
    while (!signal.aborted) {
      const session = await this.#session(signal);
      if (session === null) continue;
      // A stream does not outlive its session: it is left before, and followed on with the next.
      const over = AbortSignal.timeout(Math.max(0, session.until - now()));
      try {
        for await (const step of this.#follow(session, position, AbortSignal.any([signal, over]))) {
          ({ position } = step);
          refused = false;
          yield step.delivery;
        }
      } catch (thrown) {
        if (!(thrown instanceof PubSubFailure)) throw thrown;
        const { action, code } = thrown;
        if (action === 'replay-gone' && position.replayId !== null) {
          events.gap('replay-id-gone');
          position = this.#afterLostId(position, now());
          yield { cursor: formatPosition(position), changes: [], passed: [] };
        } else if (action === 'reauthenticate' && !refused) {
          refused = true;
          sessions.refused(session);
        } else if (action === 'slow-down') {
          await this.#wait(code, signal);
        } else if (action === 'stop' || action === 'replay-gone') {
          events.state('stopped', code);
          await aborted(signal);
        } else {
          if (action === 'reauthenticate') sessions.refused(session);
          events.state('waiting', code);
          throw new BailiwickError('crm-unavailable', `the CRM’s stream ended (${code})`);
        }
      }
    }
    await watching;
  }

  close(): Promise<void> {
    this.#parts.pubsub.close();
    return Promise.resolve();
  }

  /** The session, or null after a wait: one that is refused is not asked for again at once, or the user would be locked out. */
  async #session(signal: AbortSignal): Promise<SalesforceSession | null> {
    try {
      return await this.#parts.sessions.current();
    } catch (thrown) {
      const { code, policy } = BailiwickError.from(thrown);
      if (policy.runner !== 'hold' && policy.runner !== 'refuse') throw thrown;
      await this.#wait(code, signal);
      return null;
    }
  }

  async #wait(reason: string, signal: AbortSignal): Promise<void> {
    this.#parts.events.state('waiting', reason);
    await sleep(this.#parts.slowDownMs, undefined, { signal }).catch(() => undefined);
  }

  /** Everything that the CRM still has is read again, which the mesh knows already; what it has no more is reconciled after that. */
  #afterLostId(position: Position, now: number): Position {
    const lost = { ...position, replayId: null };
    if (this.#isPlatformEvent) return lost;
    const gap = { object: this.#topic.object, recordIds: null, since: position.seen ?? now };
    return withGap(lost, 'replay-id-gone', gap, 'caught-up', now);
  }

  get #isPlatformEvent(): boolean {
    return this.#topic.topic.startsWith('/event/');
  }

  /** Reconciles what is due, then follows the stream until something is due again. */
  async *#follow(session: SalesforceSession, start: Position, signal: AbortSignal): AsyncGenerator<Step> {
    const { rest, events, pubsub, now } = this.#parts;
    let position = start;
    if (dueOf(position)) {
      events.state('reconciling', dueOf(position)?.reason ?? '');
      for await (const step of reconcile(rest, session, position)) {
        ({ position } = step);
        yield step;
      }
    }
    const after = position.replayId === null ? null : Buffer.from(position.replayId, 'base64');
    for await (const answer of pubsub.subscribe(session, this.#topic.topic, after, signal)) {
      events.state('streaming', '');
      for await (const step of this.#take(session, answer, position)) {
        ({ position } = step);
        yield step;
        if (dueOf(position)) return;
      }
      if (answer.events.length > 0) continue;
      // An answer without events says where the stream is, and that there is no more of it now.
      const { latestReplayId } = answer;
      const replayId = latestReplayId.length > 0 ? latestReplayId.toString('base64') : position.replayId;
      position = caughtUpTo({ ...position, replayId, seen: Math.max(position.seen ?? 0, now()) }, now());
      yield { position, delivery: { cursor: formatPosition(position), changes: [], passed: [] } };
      if (dueOf(position)) return;
    }
  }

  async *#take(session: SalesforceSession, answer: FetchResponse, start: Position): AsyncGenerator<Step> {
    let position = start;
    const read = await Promise.all(answer.events.map((event, at) => this.#read(event, at, start)));
    for (const group of byTransaction(read)) {
      const last = group.reduce((one, other) => (other.at > one.at ? other : one));
      const seen = Math.max(position.seen ?? 0, ...group.map(({ order }) => order?.committedAt ?? 0));
      position = { ...position, replayId: last.replayId.toString('base64'), seen };
      const changes = [];
      const passed: PassedOver[] = [];
      for (const { what, order } of group)
        if (what.kind === 'passed') passed.push(what.reason);
        else if (what.kind === 'changes') changes.push(...(await this.#complete(session, what)));
        else {
          this.#parts.events.gap(what.reason);
          const at = order?.committedAt ?? this.#parts.now();
          if (!this.#isPlatformEvent) position = withGap(position, what.reason, what.gap, 'now', at);
        }
      position = caughtUpTo(position, seen);
      yield { position, delivery: { cursor: formatPosition(position), changes, passed } };
    }
  }

  /** Reads one event. One that cannot be read is a gap: what it would have said is read through the REST API. */
  async #read({ event, replayId }: ConsumerEvent, at: number, { seen }: Position): Promise<ReadEvent> {
    const { object, recordField } = this.#topic;
    try {
      const schema = await this.#schemas.get(event?.schemaId ?? '');
      const payload = schema.decode(event?.payload ?? Buffer.alloc(0));
      if (isChangeEvent(schema)) {
        const { order, ...what } = readChangeEvent(payload, schema, this.#topic, event?.id ?? '');
        return { what, order, replayId, at };
      }
      const change = readPlatformEvent(payload, object, recordField, event?.id ?? '');
      return { what: { kind: 'changes', changes: [change], withheld: [] }, order: null, replayId, at };
    } catch (thrown) {
      if (thrown instanceof PubSubFailure || thrown instanceof BailiwickError) throw thrown;
      const gap = { object, recordIds: null, since: seen ?? this.#parts.now() };
      return { what: { kind: 'gap', reason: 'undecodable', gap }, order: null, replayId, at };
    }
  }

  /** Fetches the values that an event withholds, for all its records at once. */
  async #complete(
    session: SalesforceSession,
    { changes, withheld }: Extract<ChangeEvent, { kind: 'changes' }>,
  ): Promise<Extract<ChangeEvent, { kind: 'changes' }>['changes']> {
    if (withheld.length === 0) return changes;
    const ids = changes.map(({ recordId }) => recordId);
    const found = await this.#parts.rest.byId(session, this.#topic.object, ids);
    return changes.map((change) => {
      const now = found.find(({ id }) => id.slice(0, 15) === change.recordId.slice(0, 15))?.fields ?? {};
      const values = withheld
        .filter((name) => Object.hasOwn(now, name))
        .map((name) => [name, now[name] ?? null]);
      return { ...change, fields: { ...change.fields, ...Object.fromEntries(values) } };
    });
  }

  /** Tells now and then what is left of the day's allocation; a failure to ask tells nothing. */
  async #watchAllocation(signal: AbortSignal): Promise<void> {
    const { sessions, rest, events, allocationEveryMs } = this.#parts;
    while (!signal.aborted) {
      const left = await sessions
        .current()
        .then((session) => rest.allocationLeft(session))
        .catch(() => null);
      if (left !== null) events.allocation(left);
      await sleep(allocationEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
