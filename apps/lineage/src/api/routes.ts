import type { CellSpec } from '@bailiwick/domain';
import { EVIDENCE_FORMAT } from '@bailiwick/tlog';
import { z } from 'zod';
import { TenantCount, type TenantCounts } from '../completeness/tenant-counts.js';
import { Erasure, ErasureFilter, type ErasureRegister } from '../erasure/erasure-register.js';
import { Retention, retentionOf } from '../erasure/retention.js';
import type { Evidence } from '../evidence/evidence.js';
import { runEvents } from '../openlineage/run-events.js';
import type { LogFolder } from '../log/log-folder.js';
import { fieldHistory } from '../read/field-history.js';
import { FieldHistory } from '../read/field-history-view.js';
import type { RecordReader } from '../read/record-reader.js';
import { EventFilter, ViolationFilter, type RecordStore } from '../read/record-store.js';
import { EventView, RecordView, ViolationView } from '../read/record-view.js';
import {
  Transfer,
  TransferFilter,
  TransferPeriod,
  TransferTotal,
  type TransferRegister,
} from '../transfers/transfer-register.js';
import { logRoutes } from './log.routes.js';
import { route, textRoute, type Route } from './route.js';

/** What the routes read from. */
export interface RouteParts {
  readonly cell: CellSpec;
  readonly reader: RecordReader;
  readonly store: RecordStore;
  readonly evidence: Evidence;
  readonly erasures: ErasureRegister;
  readonly transfers: TransferRegister;
  readonly counts: TenantCounts;
  readonly log: Pick<LogFolder, 'checkpoint' | 'read'>;
}

const ofEvent = z.object({ eventId: z.string() });
const next = z.string().nullable().describe('Cursor of the page after; null at the end.');

/** A run event of OpenLineage 2-0-2, whose own schema says the rest. */
const RunEvent = z
  .looseObject({ eventType: z.string(), eventTime: z.string(), schemaURL: z.url() })
  .meta({ id: 'RunEvent' });

/** Everything that is read of a cell's lineage over HTTPS. Nothing it answers is personal data. */
export const routesOf = (parts: RouteParts): readonly Route[] => [
  ...recordRoutes(parts),
  ...listRoutes(parts),
  ...erasureRoutes(parts),
  ...logRoutes(parts.log),
];

const recordRoutes = ({ reader, store, evidence }: RouteParts): readonly Route[] => [
  route({
    path: '/v1/records/{eventId}',
    operationId: 'getRecord',
    summary:
      'The whole history of one record: fields, steps, receipts, violations. Problem `record-unknown`.',
    params: ofEvent,
    answer: RecordView,
    handle: ({ scope, params }) => reader.record(scope, params.eventId),
  }),
  route({
    path: '/v1/records/{eventId}/fields',
    operationId: 'getFields',
    summary:
      'What happened to each field of a record: label, action, as what the pool was given it, borders that it crossed, under which decision, and what was written back. Problem `record-unknown`.',
    params: ofEvent,
    answer: FieldHistory,
    handle: async ({ scope, params }) => {
      const { summary, facts } = await store.record(scope, params.eventId);
      return fieldHistory(summary, facts);
    },
  }),
  textRoute({
    path: '/v1/records/{eventId}/evidence',
    operationId: 'getEvidence',
    summary:
      'Log entries of one event with their proofs, the checkpoint and the keys, for whoever checks it offline. Problems `record-unknown`, `evidence-not-ready`.',
    params: ofEvent,
    type: 'application/json',
    answer: z.looseObject({ format: z.literal(EVIDENCE_FORMAT) }).meta({ id: 'Evidence' }),
    handle: ({ scope, params }) => evidence.ofEvent(scope, params.eventId),
  }),
  route({
    path: '/v1/records/{eventId}/openlineage',
    operationId: 'getOpenLineage',
    summary: 'The record as a run of OpenLineage: its start, and where it stands. Problem `record-unknown`.',
    params: ofEvent,
    answer: z.array(RunEvent),
    handle: async ({ scope, params }) => {
      const { summary, facts } = await store.record(scope, params.eventId);
      return runEvents(summary, facts).map((event) => ({ ...event }));
    },
  }),
];

const listRoutes = ({ reader, transfers, counts }: RouteParts): readonly Route[] => [
  route({
    path: '/v1/events',
    operationId: 'listEvents',
    summary: 'Events, newest first.',
    query: EventFilter,
    answer: z.object({ events: z.array(EventView).readonly(), next }),
    handle: async ({ scope, query }) => {
      const page = await reader.events(scope, query);
      return { events: page.items, next: page.next };
    },
  }),
  route({
    path: '/v1/violations',
    operationId: 'listViolations',
    summary: 'Attempts at what is forbidden, newest first; a tenant sees those that concern it.',
    query: ViolationFilter,
    answer: z.object({ violations: z.array(ViolationView).readonly() }),
    handle: async ({ scope, query }) => ({ violations: await reader.violations(scope, query) }),
  }),
  route({
    path: '/v1/transfers',
    operationId: 'listTransfers',
    summary:
      'The transfer register of a tenant, newest first: what crossed to another jurisdiction, and on which basis.',
    query: TransferFilter,
    answer: z.object({ transfers: z.array(Transfer).readonly(), next }),
    handle: ({ scope, query }) => transfers.list(scope, query),
  }),
  route({
    path: '/v1/transfers/totals',
    operationId: 'totalTransfers',
    summary: 'The transfer register in totals, by direction, jurisdictions and basis.',
    query: TransferPeriod,
    answer: z.object({ totals: z.array(TransferTotal).readonly() }),
    handle: async ({ scope, query }) => ({ totals: await transfers.totals(scope, query) }),
  }),
  route({
    path: '/v1/completeness',
    operationId: 'countRecords',
    summary:
      'Records by where they stand, a line for each tenant; a lost one is a violation `record-unaccounted`.',
    answer: z.object({ tenants: z.array(TenantCount).readonly() }),
    handle: async ({ scope }) => ({ tenants: await counts.read(scope) }),
  }),
];

const erasureRoutes = ({ erasures, cell }: RouteParts): readonly Route[] => [
  route({
    path: '/v1/erasures',
    operationId: 'listErasures',
    summary: 'What was erased, newest first: who by pseudonym, when, on whose request.',
    query: ErasureFilter,
    answer: z.object({ erasures: z.array(Erasure).readonly() }),
    handle: async ({ scope, query }) => ({ erasures: await erasures.list(scope, query) }),
  }),
  route({
    path: '/v1/erasures/{eventId}',
    operationId: 'getErasure',
    summary: 'One erasure with its certificate. Problem `erasure-unknown`.',
    params: ofEvent,
    answer: Erasure,
    handle: ({ scope, params }) => erasures.get(scope, params.eventId),
  }),
  textRoute({
    path: '/v1/erasures/{eventId}/certificate',
    operationId: 'getErasureCertificate',
    summary: 'The certificate alone, a compact JWS. Problem `erasure-unknown`.',
    params: ofEvent,
    type: 'application/jose',
    answer: z.string(),
    handle: async ({ scope, params }) => (await erasures.get(scope, params.eventId)).certificate,
  }),
  route({
    path: '/v1/retention',
    operationId: 'getRetention',
    summary: 'After how long what lies on each topic and in each table is gone, and whose key opens it.',
    answer: Retention,
    handle: () => Promise.resolve(retentionOf(cell)),
  }),
];
