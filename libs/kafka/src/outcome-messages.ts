import {
  EVENT_TYPES,
  WAITED_FOR,
  partitionKey,
  serviceOf,
  spiffeId,
  toHeaders,
  topicNames,
  type EventType,
  type Fact,
  type Identity,
  type Sealed,
  type ServiceName,
  type TopicNames,
} from '@bailiwick/contracts';
import { isAwaited, type CellSpec, type Sensitivity } from '@bailiwick/domain';
import { BailiwickError } from '@bailiwick/platform';
import type { Coordinates, EncodedMessage, FactDraft, Outcome, RecordAttributes } from './stage.js';
import { deadLetter } from './stage.js';
import { topicLimits, type TopicLimits } from './topic-limits.js';
import { partitionOf } from './partitioner.js';
import type { OutgoingMessage } from './transactional-producer.js';

/** Seals the bytes of a broken record to the cell, bound to its event id (empty when unknown). */
export type SealToCell = (bytes: Uint8Array, eventId: string) => Sealed | Promise<Sealed>;

/** What the outcomes come from. */
export interface Origin {
  readonly attributes: RecordAttributes;
  readonly classification: Sensitivity;
  readonly traceparent: string | null;
  readonly traceId: string;
  /** The consumed record; null for what did not come from Kafka. */
  readonly consumed: {
    readonly coordinates: Coordinates;
    readonly value: Buffer;
    readonly key: Buffer | null;
  } | null;
}

/** Messages of one record's outcomes, apart by the cluster that they go to. */
export interface OutcomeMessages {
  readonly own: readonly OutgoingMessage[];
  readonly forwarded: readonly OutgoingMessage[];
  /** Bytes of all of them, keys and headers included. */
  readonly bytes: number;
  /** Bytes that the strictest of their topics takes in one batch. */
  readonly batchLimit: number;
  /** The outcome that says most: of several, the gravest. */
  readonly outcome: Outcome['kind'];
  /** W3C `traceparent` of the work on the record, or null. */
  readonly traceparent: string | null;
}

const GRAVITY: readonly Outcome['kind'][] = ['settle', 'emit', 'forward', 'hold', 'dead-letter', 'violation'];
const EMPTY = Buffer.alloc(0);

/** Turns outcomes into messages: the outputs, their facts, and what is held, dead-lettered or reported. */
export class OutcomeWriter {
  readonly #identity: Identity;
  readonly #source: string;
  readonly #service: string;
  readonly #endsWaiting: boolean;
  readonly #cell: CellSpec;
  readonly #seal: SealToCell | null;
  readonly #names: TopicNames;
  readonly #limit: TopicLimits;

  constructor(cell: CellSpec, identity: Identity, seal: SealToCell | null) {
    this.#cell = cell;
    this.#identity = identity;
    this.#seal = seal;
    this.#source = spiffeId(identity);
    this.#service = serviceOf(identity.workload);
    this.#endsWaiting = WAITED_FOR.some((service) => service === this.#service);
    this.#names = topicNames(cell.jurisdiction);
    this.#limit = topicLimits(cell);
  }

  /** Writes the outcomes of one record. What is too large for its topic becomes a dead letter. */
  async write(outcomes: readonly Outcome[], origin: Origin): Promise<OutcomeMessages> {
    const written = await this.#writeAll(outcomes, origin);
    const tooLarge = this.#tooLarge(written);
    if (tooLarge === undefined) return written;
    if (!origin.consumed) throw new BailiwickError('record-too-large', `larger than ${tooLarge} takes`);
    const letter = [deadLetter('record-too-large', `larger than ${tooLarge} takes`)];
    const replaced = await this.#writeAll(letter, origin);
    if (this.#tooLarge(replaced) === undefined) return replaced;
    return this.#writeAll(letter, { ...origin, consumed: { ...origin.consumed, value: EMPTY } });
  }

  #tooLarge({ own, forwarded, bytes, batchLimit }: OutcomeMessages): string | undefined {
    if (bytes <= batchLimit) return undefined;
    return [...own, ...forwarded].find((message) => bytesOf(message) > this.#limit(message.topic))?.topic;
  }

  async #writeAll(outcomes: readonly Outcome[], origin: Origin): Promise<OutcomeMessages> {
    const own: OutgoingMessage[] = [];
    const forwarded: OutgoingMessage[] = [];
    const facts = new Map<string, number>();
    let gravest: Outcome['kind'] = 'settle';
    for (const outcome of outcomes) {
      if (GRAVITY.indexOf(outcome.kind) > GRAVITY.indexOf(gravest)) gravest = outcome.kind;
      let fact: FactDraft | null;
      switch (outcome.kind) {
        case 'emit':
        case 'forward': {
          const as = {
            ...origin,
            attributes: outcome.attributes ?? origin.attributes,
            traceparent: outcome.traceparent ?? origin.traceparent,
          };
          const classification = outcome.classification ?? origin.classification;
          (outcome.kind === 'emit' ? own : forwarded).push(
            this.#message(outcome.topic, outcome.message, as, classification, outcome.replayOf),
          );
          fact = outcome.fact;
          break;
        }
        case 'settle':
          fact = outcome.fact;
          break;
        case 'hold':
          own.push(this.#held(outcome.reason, outcome.detail, origin));
          own.push(...this.#toldCaller('held', outcome.reason, outcome.detail, origin));
          fact = { ...outcome.fact, kind: 'held', reason: outcome.reason };
          break;
        case 'dead-letter':
          own.push(await this.#deadLetter(outcome.code, origin));
          own.push(...this.#toldCaller('dead-lettered', outcome.code, outcome.detail, origin));
          fact = { kind: 'dead-lettered', reason: outcome.code };
          break;
        case 'violation':
          own.push(this.#violation(outcome.code, outcome.detail, origin));
          fact = { kind: 'violation', reason: outcome.code };
          break;
      }
      if (!fact) continue;
      const index = facts.get(fact.kind) ?? 0;
      facts.set(fact.kind, index + 1);
      own.push(this.#factMessage(this.#fact(fact, index, origin), origin));
    }
    let bytes = 0;
    let batchLimit = Number.POSITIVE_INFINITY;
    for (const list of [own, forwarded])
      for (const message of list) {
        bytes += bytesOf(message);
        batchLimit = Math.min(batchLimit, this.#limit(message.topic));
      }
    return { own, forwarded, bytes, batchLimit, outcome: gravest, traceparent: origin.traceparent };
  }

  #encode<T>(topic: string, type: EventType<T>, message: T, origin: Origin): OutgoingMessage {
    const encoded = { type: type.type, contentType: type.contentType, value: type.encode(message) };
    return this.#message(topic, encoded, origin, origin.classification);
  }

  #message(
    topic: string,
    message: EncodedMessage,
    origin: Origin,
    classification: Sensitivity,
    replayOf?: Coordinates,
  ): OutgoingMessage {
    const { eventId, tenant, purpose, subject } = origin.attributes;
    const { type, contentType, value } = message;
    return {
      topic,
      key: subject === '' ? (origin.consumed?.key ?? null) : partitionKey(tenant, subject),
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      headers: toHeaders({
        id: eventId === '' ? deliveryOf(origin) : eventId,
        type,
        contentType,
        source: this.#source,
        subject,
        time: Date.now(),
        tenant,
        purpose,
        classification,
        traceparent: origin.traceparent,
        ...(replayOf && { replayOf: placeOf(replayOf) }),
      }),
    };
  }

  /** Facts say whose they are themselves; what joins them in one message says only what it is. */
  #factMessage(fact: Fact, { consumed }: Origin): OutgoingMessage {
    const { type, contentType, encode } = EVENT_TYPES.facts;
    const value = encode({ facts: [fact] });
    const key = fact.subject === '' ? (consumed?.key ?? null) : partitionKey(fact.tenant, fact.subject);
    const source = this.#source;
    return {
      topic: this.#names.fact,
      key,
      value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      // Made when they are read, which is once for all that are joined.
      get headers() {
        return toHeaders({
          id: fact.factId,
          type,
          contentType,
          source,
          subject: '',
          time: fact.at?.getTime() ?? 0,
          tenant: '',
          purpose: '',
          classification: 'Internal',
          traceparent: null,
        });
      },
      joins: key === null ? 0 : partitionOf(key, this.#cell.partitions),
    };
  }

  #fact({ kind, ...draft }: FactDraft, index: number, origin: Origin): Fact {
    const { eventId, tenant, purpose, object, subject } = origin.attributes;
    const delivery = deliveryOf(origin);
    const id = [eventId, this.#service, kind, delivery, index > 0 ? String(index) : ''];
    return {
      reason: '',
      fields: [],
      decision: undefined,
      model: undefined,
      write: undefined,
      erasure: undefined,
      mint: undefined,
      digest: EMPTY,
      purposeVersion: 0,
      catalogVersion: 0,
      ...draft,
      kind,
      factId: id.filter((part) => part !== '').join('/'),
      eventId: eventId === '' ? delivery : eventId,
      tenant,
      purpose,
      object,
      subject,
      service: this.#service,
      region: this.#identity.region,
      jurisdiction: this.#cell.jurisdiction,
      at: new Date(),
      traceId: origin.traceId,
      traceparent: origin.traceparent ?? '',
    };
  }

  #held(reason: string, detail: string, origin: Origin): OutgoingMessage {
    const { eventId, tenant } = origin.attributes;
    const { coordinates, value } = consumedBy(origin);
    const held = {
      eventId,
      tenant,
      service: this.#service,
      reason,
      detail,
      ...coordinates,
      original: value,
      heldAt: new Date(),
    };
    return this.#encode(this.#names.held, EVENT_TYPES.held, held, origin);
  }

  async #deadLetter(code: string, origin: Origin): Promise<OutgoingMessage> {
    const { eventId, tenant } = origin.attributes;
    const { coordinates, value } = consumedBy(origin);
    const original = value.length > 0 && this.#seal ? await this.#seal(value, eventId) : undefined;
    const letter = {
      eventId,
      tenant,
      service: this.#service,
      code,
      ...coordinates,
      original,
      at: new Date(),
    };
    return this.#encode(
      this.#names.deadletter(this.#service as ServiceName),
      EVENT_TYPES.deadLetter,
      letter,
      origin,
    );
  }

  /** Whoever waits for the record hears at once that there will be no answer, and why. */
  #toldCaller(
    kind: 'held' | 'dead-lettered',
    code: string,
    detail: string,
    origin: Origin,
  ): readonly OutgoingMessage[] {
    const { eventId, tenant, purpose, object, subject } = origin.attributes;
    if (!isAwaited(object) || !this.#endsWaiting) return [];
    const refusal = { $case: 'refusal', value: { kind, code, detail } } as const;
    const reply = { eventId, tenant, purpose, subject, outcome: refusal };
    return [this.#encode(this.#names.reply, EVENT_TYPES.reply, reply, origin)];
  }

  #violation(code: string, detail: string, origin: Origin): OutgoingMessage {
    const { eventId, tenant } = origin.attributes;
    const violation = {
      violationId: [eventId, this.#service, code, deliveryOf(origin)].filter((part) => part !== '').join('/'),
      eventId,
      tenant,
      code,
      service: this.#service,
      region: this.#identity.region,
      jurisdiction: this.#cell.jurisdiction,
      at: new Date(),
      traceId: origin.traceId,
      detail,
    };
    return this.#encode(this.#names.violation, EVENT_TYPES.violation, violation, origin);
  }
}

/** Names one delivery: the same after a crash, another when the record is released or pushed again. */
function deliveryOf({ consumed }: Origin): string {
  if (!consumed) return '';
  return placeOf(consumed.coordinates);
}

const placeOf = ({ topic, partition, offset }: Coordinates): string => `${topic}/${partition}/${offset}`;

function consumedBy({ consumed }: Origin): NonNullable<Origin['consumed']> {
  if (!consumed) throw new TypeError('only a record consumed from Kafka can be held or dead-lettered');
  return consumed;
}

/** Size of a message in a record batch, a little too large rather than too small. Headers of what is joined are hardly any. */
export function bytesOf(message: OutgoingMessage): number {
  const { key, value, joins } = message;
  let bytes = 64 + value.length + (key === null ? 0 : key.length);
  if (joins !== undefined) return bytes;
  const { headers } = message;
  for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0) + 8;
  return bytes;
}
