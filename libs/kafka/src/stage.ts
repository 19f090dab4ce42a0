import type { CloudEvent, EventType, Fact } from '@bailiwick/contracts';
import type { Sensitivity } from '@bailiwick/domain';

/** The names that every message of the pipeline carries; none of them is personal data. */
export interface RecordAttributes {
  readonly eventId: string;
  readonly tenant: string;
  readonly purpose: string;
  readonly object: string;
  readonly subject: string;
}

/** Where a record lies. */
export interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What a stage knows beside the record itself. */
export interface StageContext {
  readonly coordinates: Coordinates;
  readonly event: CloudEvent;
  /** W3C trace id, 32 hexadecimal digits, or empty. */
  readonly traceId: string;
  /** Aborted when the lane moves to another process or the grace of a drain is over. */
  readonly signal: AbortSignal;
}

type GivenByRunner =
  | 'factId'
  | 'eventId'
  | 'tenant'
  | 'purpose'
  | 'service'
  | 'region'
  | 'jurisdiction'
  | 'at'
  | 'traceId'
  | 'traceparent'
  | 'object'
  | 'subject';

/** A line of lineage as a stage writes it; the runner adds who, where, when and the deterministic id. */
export type FactDraft = { readonly kind: string } & Partial<Omit<Fact, GivenByRunner | 'kind'>>;

/** A message of any type, bound to its codec so that a list of outcomes needs no type parameter. */
export interface EncodedMessage {
  readonly type: string;
  readonly contentType: string;
  readonly value: Uint8Array;
}

/** A message goes on to a topic of this cluster. */
export interface Emit {
  readonly kind: 'emit';
  readonly topic: string;
  readonly message: EncodedMessage;
  /** Attributes of the outgoing event; those of the consumed record when absent. */
  readonly attributes?: RecordAttributes;
  /** Classification of the outgoing event; that of the consumed record when absent. */
  readonly classification?: Sensitivity;
  /** W3C trace context of the outgoing event; that of this work when absent, none when empty. */
  readonly traceparent?: string;
  /** The delivery that this message repeats, where an operator commanded it. */
  readonly replayOf?: Coordinates;
  readonly fact: FactDraft | null;
}
/** Nothing goes on; what was done is a fact. */
export interface Settle {
  readonly kind: 'settle';
  readonly fact: FactDraft | null;
}
/** Not lawful yet; may be released. */
export interface Hold {
  readonly kind: 'hold';
  readonly reason: string;
  /** A sentence without personal data that says what would release it. */
  readonly detail: string;
  readonly fact: Omit<FactDraft, 'kind'>;
}
/** Broken; kept sealed for an operator. */
export interface DeadLettered {
  readonly kind: 'dead-letter';
  readonly code: string;
  readonly detail: string;
}
/** Something attempted what is forbidden, or is not as it was said to be; stands beside what becomes of the record. */
export interface Violated {
  readonly kind: 'violation';
  readonly code: string;
  readonly detail: string;
}
/** A message goes on to a topic of another cluster; only in a relay. */
export interface Forward extends Omit<Emit, 'kind'> {
  readonly kind: 'forward';
}
/** What a stage makes of one record. */
export type Outcome = Emit | Settle | Hold | DeadLettered | Violated | Forward;

/** A service's work on one record: knows nothing of Kafka, throws only `BailiwickError`. */
export type Stage<In> = (record: In, context: StageContext) => Promise<readonly Outcome[]>;

/** A stage and how it is run. */
export interface StageDefinition<In> {
  /** Names the consumer group; never rename it, the committed offsets belong to the name. */
  readonly name: string;
  /** Topics of one type that are partitioned alike. */
  readonly topics: readonly string[];
  readonly type: EventType<In>;
  readonly stage: Stage<In>;
  /** What is kept of a record that is held or broken; all of it when absent. */
  readonly kept?: (record: In) => In;
  /** Records in the stage at once, over all lanes of this process. */
  readonly concurrency: number;
  /** Lanes, at most one transaction in flight each; those of the cell's spec when absent. */
  readonly lanes?: number;
}

interface Sent<T> {
  readonly topic: string;
  readonly type: EventType<T>;
  readonly message: T;
  readonly fact: FactDraft | null;
  readonly attributes?: RecordAttributes;
  readonly classification?: Sensitivity;
  readonly traceparent?: string;
}

const encoded = <T>({ type, message, ...rest }: Sent<T>): Omit<Emit, 'kind'> => ({
  ...rest,
  message: { type: type.type, contentType: type.contentType, value: type.encode(message) },
});

/** The message goes on, with its fact. */
export const emit = <T>(sent: Sent<T>): Emit => ({ kind: 'emit', ...encoded(sent) });

/** The message goes on to the other cluster of a relay. A fact lands in the own cluster. */
export const forward = <T>(sent: Sent<T>): Forward => ({ kind: 'forward', ...encoded(sent) });

/** Nothing goes on. */
export const settle = (fact: FactDraft | null): Settle => ({ kind: 'settle', fact });

/** The record is held as it was consumed. */
export const hold = (reason: string, detail: string, fact: Omit<FactDraft, 'kind'> = {}): Hold => ({
  kind: 'hold',
  reason,
  detail,
  fact,
});

/** The record is dead-lettered, sealed to the cell. */
export const deadLetter = (code: string, detail: string): DeadLettered => ({
  kind: 'dead-letter',
  code,
  detail,
});

/** A violation is recorded. */
export const violation = (code: string, detail: string): Violated => ({ kind: 'violation', code, detail });
