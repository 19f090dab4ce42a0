import { CONTROL_KINDS, type CellSpec, type ControlKind } from '@bailiwick/domain';
import { CONTROL_REGION, SERVICES, adapterWorkload, type Identity, type ServiceName } from './identity.js';
import { topicNames } from './topic-names.js';

/** One topic of a cell: everything that ACLs, AsyncAPI, manifests and the drift check are generated from. */
export interface Topic {
  readonly name: string;
  /** What it is for, in a sentence. */
  readonly purpose: string;
  /** Protobuf message or JSON Schema of its values. */
  readonly schema: string;
  readonly writers: readonly Identity[];
  readonly readers: readonly Identity[];
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  /** After how long a record is gone, from the broker's disk too, in milliseconds; -1 for never (compacted topics). */
  readonly retentionMs: number;
  /**
   * Whose key opens what a CRM's record says in its values: that of its data subject alone, whatever else is sealed around it; also
   * that of the pool to which a request was put, until retention ends; or nobody's, since it says nothing of the kind.
   */
  readonly opens: 'subject' | 'pool' | 'nobody';
  /** Largest record batch the broker takes, in bytes. */
  readonly maxMessageBytes: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What a broker takes to find that a segment is over and to delete its file, at most: its own defaults are five minutes and one. */
const BROKER_DELAY = 10 * MINUTE;
/** A record of 5 MB is legitimate (an e-mail thread); sealing and headers add to it. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

/** Services that run stages and may hold, dead-letter and report. */
const STAGE_SERVICES = [
  'classifier',
  'residency-router',
  'inference-adapter',
  'writeback',
  'lineage',
] as const;

/** Services that may end the way of a record whose caller waits, and say so: writeback with an answer, all with a refusal. */
export const WAITED_FOR: readonly ServiceName[] = [
  'classifier',
  'residency-router',
  'inference-adapter',
  'writeback',
];

/** How a broker is told to keep a topic, so that what it keeps is gone from its disk when the topic's retention is over. */
export interface BrokerRetention {
  /** `segment.ms`: for how long one file is written. Brokers delete whole files, and write one for a week by themselves. */
  readonly segmentMs: number;
  /** `retention.ms`: how old the youngest record of a file is when the file goes; -1 for ever. */
  readonly retentionMs: number;
}

/** What the broker is told about a topic; null where it is left to its defaults (compacted topics). */
export function brokerRetention({
  cleanup,
  retentionMs,
}: Pick<Topic, 'cleanup' | 'retentionMs'>): BrokerRetention | null {
  if (cleanup === 'compact') return null;
  const segmentMs = Math.max(10 * MINUTE, Math.ceil(retentionMs / 24));
  return { segmentMs, retentionMs: retentionMs - segmentMs - BROKER_DELAY };
}

/** The topic catalogue of one cell. */
export function topicCatalogue(cell: CellSpec): readonly Topic[] {
  const names = topicNames(cell.jurisdiction);
  const own = (workload: string): Identity => ({ region: cell.region, workload });
  const adapters = cell.pools.map((pool) => own(adapterWorkload(pool.id)));
  const identities = (service: ServiceName): readonly Identity[] =>
    service === 'inference-adapter' ? adapters : [own(service)];
  const everyService = SERVICES.filter((s) => s !== 'control-plane').flatMap(identities);
  const stageServices = STAGE_SERVICES.flatMap(identities);
  const neighbours = cell.borders.map((from) => ({ region: `*.${from}`, workload: 'residency-router' }));
  const router = identities('residency-router');
  const operator = own('operator');
  const controlPlane: Identity = { region: CONTROL_REGION, workload: 'control-plane' };

  const data = {
    partitions: cell.partitions,
    cleanup: 'delete',
    opens: 'nobody',
    maxMessageBytes: MAX_MESSAGE_BYTES,
  } as const;
  const ofSubject = { ...data, opens: 'subject' } as const;
  const ofPool = { ...data, opens: 'pool' } as const;
  const compacted = {
    partitions: 1,
    cleanup: 'compact',
    retentionMs: -1,
    opens: 'nobody',
    maxMessageBytes: 1024 * 1024,
  } as const;

  return [
    {
      ...ofSubject,
      name: names.record,
      purpose: 'CRM records as they arrived, sealed to their data subject.',
      schema: 'bailiwick.record.v1.RecordReceived',
      writers: [...identities('ingest'), ...router],
      readers: identities('classifier'),
      retentionMs: 7 * DAY,
    },
    {
      ...ofSubject,
      name: names.classified,
      purpose: 'Labelled and minimised records.',
      schema: 'bailiwick.record.v1.RecordClassified',
      writers: [...identities('classifier'), ...router],
      readers: router,
      retentionMs: 7 * DAY,
    },
    ...cell.pools.map((pool) => ({
      ...ofPool,
      name: names.request(pool.id),
      purpose: `Requests that pool ${pool.id} may answer, sealed to it.`,
      schema: 'bailiwick.inference.v1.InferenceRequest',
      writers: identities('residency-router'),
      readers: [own(adapterWorkload(pool.id))],
      retentionMs: DAY,
    })),
    {
      ...ofSubject,
      name: names.returned,
      purpose: 'Requests whose receipt expired before a pool took them; they wait for a new decision.',
      schema: 'bailiwick.inference.v1.InferenceRequest',
      writers: [...adapters, ...router],
      readers: router,
      retentionMs: 7 * DAY,
    },
    ...cell.pools.map((pool) => ({
      ...ofSubject,
      name: names.waiting(pool.id),
      purpose: `Records that wait until pool ${pool.id}, or another that may answer them, has room.`,
      schema: 'bailiwick.record.v1.RecordClassified',
      writers: router,
      readers: router,
      retentionMs: 7 * DAY,
    })),
    ...cell.pools.map((pool) => ({
      ...compacted,
      name: names.report(pool.id),
      purpose: `What the adapter of pool ${pool.id} says of it now: its room, its models, its accelerators.`,
      schema: 'bailiwick.inference.v1.PoolReport',
      writers: [own(adapterWorkload(pool.id))],
      readers: [...router, ...identities('lineage')],
    })),
    {
      ...ofSubject,
      name: names.result,
      purpose: 'Answers, sealed to their data subject at home.',
      schema: 'bailiwick.inference.v1.InferenceResult',
      writers: [...adapters, ...identities('residency-router')],
      readers: [...identities('writeback'), ...identities('lineage')],
      retentionMs: 7 * DAY,
    },
    {
      ...ofSubject,
      name: names.postponed,
      purpose:
        'Answers that wait until their CRM takes requests again, so that no other tenant waits with them.',
      schema: 'bailiwick.inference.v1.InferenceResult',
      writers: [...identities('writeback'), ...router],
      readers: identities('writeback'),
      retentionMs: 7 * DAY,
    },
    ...cell.borders.map((to) => ({
      ...ofSubject,
      name: names.border(to),
      purpose: `Records and results that wait to leave for jurisdiction ${to}.`,
      schema: 'bailiwick.inference.v1.BorderCrossing',
      writers: [...identities('residency-router'), ...adapters],
      readers: router,
      retentionMs: 7 * DAY,
    })),
    {
      ...ofPool,
      name: names.inbox,
      purpose: 'Records and results that came in from other jurisdictions, not yet verified.',
      schema: 'bailiwick.inference.v1.BorderCrossing',
      writers: [...neighbours, ...router],
      readers: router,
      retentionMs: 7 * DAY,
    },
    {
      ...ofSubject,
      name: names.reply,
      purpose:
        'What became of records whose caller waits: answers, sealed to their data subject at home, and refusals.',
      schema: 'bailiwick.gateway.v1.GatewayReply',
      writers: WAITED_FOR.flatMap(identities),
      readers: identities('ingest'),
      retentionMs: HOUR,
    },
    {
      ...data,
      name: names.gone,
      purpose: 'Questions whose callers went away before there was an answer.',
      schema: 'bailiwick.gateway.v1.CallerGone',
      writers: identities('ingest'),
      readers: adapters,
      retentionMs: HOUR,
    },
    {
      ...data,
      name: names.erasure,
      purpose: 'People whom a CRM or an order of the control-plane wants forgotten, by their pseudonyms.',
      schema: 'bailiwick.erasure.v1.ErasureRequest',
      writers: [...identities('ingest'), ...identities('writeback')],
      readers: [...identities('writeback'), operator],
      retentionMs: 365 * DAY,
    },
    {
      ...ofSubject,
      name: names.held,
      purpose: 'Records that are not lawful yet; they may be released.',
      schema: 'bailiwick.operations.v1.HeldRecord',
      writers: stageServices,
      readers: [operator, ...router],
      retentionMs: 90 * DAY,
    },
    ...STAGE_SERVICES.map((service) => ({
      ...ofSubject,
      name: names.deadletter(service),
      purpose: `Records that ${service} cannot process, sealed to the cell.`,
      schema: 'bailiwick.operations.v1.DeadLetter',
      writers: identities(service),
      readers: [operator, ...router],
      retentionMs: 90 * DAY,
    })),
    {
      ...data,
      name: names.command,
      purpose:
        'What operators want done with records that wait; the router does it, so no operator writes a record.',
      schema: 'bailiwick.operations.v1.OperatorCommand',
      writers: [operator],
      readers: router,
      retentionMs: 90 * DAY,
    },
    {
      ...data,
      name: names.fact,
      purpose: 'Lineage: the facts of one transaction and partition in one message, free of personal data.',
      schema: 'bailiwick.lineage.v1.FactBatch',
      writers: everyService,
      readers: identities('lineage'),
      retentionMs: 30 * DAY,
    },
    {
      ...data,
      name: names.minted,
      purpose:
        'Credentials that the control-plane minted for services of this cell; lineage makes a fact of each.',
      schema: 'bailiwick.lineage.v1.CredentialMinted',
      writers: [controlPlane],
      readers: identities('lineage'),
      partitions: 1,
      retentionMs: 30 * DAY,
    },
    {
      ...data,
      name: names.violation,
      purpose: 'Attempts at what is forbidden.',
      schema: 'bailiwick.lineage.v1.Violation',
      writers: [...everyService, controlPlane, operator],
      readers: identities('lineage'),
      retentionMs: 365 * DAY,
    },
    ...(Object.keys(CONTROL_KINDS) as ControlKind[]).map((kind) => ({
      ...compacted,
      name: names.control(kind),
      purpose: `Signed control entries of kind ${kind}.`,
      schema: `jws+json:control/${kind}`,
      writers: [controlPlane],
      readers: everyService,
    })),
    {
      ...data,
      name: names.outcome,
      purpose:
        'Outcomes for analytics, free of personal data. Each granted consumer reads a topic of its own that lineage makes of this one.',
      schema: 'json:analytics/outcome.v1',
      writers: identities('lineage'),
      readers: identities('lineage'),
      retentionMs: 30 * DAY,
    },
    {
      ...compacted,
      name: names.cursor('ingest'),
      purpose: 'Source cursors of the pulls from CRMs.',
      schema: 'kafka:source-cursor',
      writers: identities('ingest'),
      readers: identities('ingest'),
    },
    {
      ...compacted,
      name: names.cursor('residency-router'),
      purpose: 'Source cursors of the relays into this cell, beside the inbox that they fill.',
      schema: 'kafka:source-cursor',
      writers: neighbours,
      readers: neighbours,
    },
  ];
}
