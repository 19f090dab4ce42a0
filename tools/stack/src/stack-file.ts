import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { startTimeOf } from './process-table.js';
import { REPOSITORY } from './stack-folder.js';

/** PEM files of a client identity. */
const ClientFiles = z.strictObject({ certificate: z.string(), key: z.string(), authority: z.string() });

/** Where the parts of one cell are. */
const StackCell = z.strictObject({
  region: z.string(),
  jurisdiction: z.string(),
  kafka: z.strictObject({
    /** `host:port`. */
    brokers: z.array(z.string()),
    /** May read every topic and write none. */
    auditor: ClientFiles,
    /** May read what is held and dead-lettered, and write operators' commands about it. */
    operator: ClientFiles,
  }),
  /** `http` is a base URL, `grpc` is `host:port` with TLS. */
  ingest: z.strictObject({ http: z.url(), grpc: z.string() }),
  /** Says what it would keep of a record (`POST /v1/classify`), to the administrator and nobody else. */
  classifier: z.strictObject({ http: z.url(), administrator: ClientFiles }),
  router: z.strictObject({ http: z.url(), grpc: z.string() }),
  /**
   * `http` serves the transparency log to everybody. `api` is the HTTPS interface of histories: for the administrator, who reads every
   * tenant, and for tokens for `audience`, each of which reads one.
   */
  lineage: z.strictObject({
    http: z.url(),
    grpc: z.string(),
    api: z.url(),
    audience: z.string(),
    administrator: ClientFiles,
  }),
  /** Grants to analytics consumers with their keys, which lineage carries out; `bailiwick grant` writes it. */
  grantsFile: z.string(),
  /** libpq URL of the read-only role `auditor`, which sees lineage and nothing else. */
  database: z.strictObject({ url: z.url() }),
  /** Health and metrics of every service, by workload. */
  services: z.record(z.string(), z.url()),
  /** gRPC of every service by workload, `host:port` with TLS both ways: `grpc.health.v1`, and what it serves. */
  grpc: z.record(z.string(), z.string()),
  pools: z.array(z.string()),
});
export type StackCell = z.infer<typeof StackCell>;

/** A sample tenant as programs use it. */
const StackTenant = z.strictObject({
  clientId: z.string(),
  /** Private JWK of the client, for `private_key_jwt`. */
  keyFile: z.string(),
  /** Region of its ingest. */
  region: z.string(),
  /** CloudEvents source of its sample events. */
  source: z.string(),
  purposes: z.array(z.string()),
  /** OAuth client of its compliance, which may read its lineage and nothing else. */
  compliance: z.strictObject({ clientId: z.string(), keyFile: z.string() }),
  /** Its webhook at ingest, and the file of the secret that signs. */
  webhook: z.strictObject({ id: z.string(), secretFile: z.string() }),
  /** Its webhook that is signed as a CRM does, or null. */
  crmWebhook: z
    .strictObject({ id: z.string(), kind: z.enum(['hubspot', 'zendesk']), secretFile: z.string() })
    .nullable(),
});
export type StackTenant = z.infer<typeof StackTenant>;

/** A person of the development provider, who signs in with a key where a real one would with a browser. */
const StackPerson = z.strictObject({ clientId: z.string(), keyFile: z.string(), name: z.string() });
export type StackPerson = z.infer<typeof StackPerson>;

/** `.bailiwick/stack.json`: tells other programs where everything of a running stack is. */
export const StackFile = z.strictObject({
  version: z.literal(1),
  /** The supervisor; `startTime` as in /proc, so that a stale file is recognised. */
  supervisor: z.strictObject({ pid: z.int(), startTime: z.string() }),
  startedAt: z.iso.datetime(),
  cells: z.record(z.string(), StackCell),
  /**
   * `api` is the HTTPS interface for people, which takes tokens for `audience`; `credentials` is the issuer of what cells
   * write to CRMs with; `http` says how the process is.
   */
  controlPlane: z.strictObject({
    http: z.url(),
    grpc: z.string(),
    api: z.url(),
    audience: z.string(),
    credentials: z.url(),
  }),
  /** People of the sample organisations, by subject; the development provider takes their keys for their sign-in. */
  people: z.record(z.string(), StackPerson),
  identityProvider: z.strictObject({ issuer: z.url(), audience: z.string() }),
  /** Query API and OTLP/HTTP endpoint; null where this machine has no Jaeger. */
  jaeger: z.strictObject({ query: z.url().nullable(), otlp: z.url().nullable() }),
  sampleCrm: z.strictObject({
    url: z.url(),
    /** May read what was written. */
    reader: ClientFiles,
  }),
  /** PEM file of the authority that signed every certificate of the stack. */
  authority: z.string(),
  /** Public keys with which receipts verify. */
  trustFile: z.string(),
  /** Where the transparency log of each cell is served, and the public keys with which it and its cosignatures verify. */
  logsFile: z.string(),
  tenants: z.record(z.string(), StackTenant),
  logs: z.string(),
});
export type StackFile = z.infer<typeof StackFile>;

/** Path of the stack file of this checkout; BAILIWICK_STACK_FILE overrides it. */
export const stackFilePath = (): string =>
  process.env['BAILIWICK_STACK_FILE'] ?? join(REPOSITORY, '.bailiwick', 'stack.json');

/** Reads where the running stack is; throws a sentence for people when there is none. */
export async function readStackFile(file = stackFilePath()): Promise<StackFile> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new Error(`no stack is running: ${file} is not there; start one with npm start`);
  const stack = StackFile.parse(JSON.parse(text));
  if (startTimeOf(stack.supervisor.pid) !== stack.supervisor.startTime)
    throw new Error(`no stack is running: the one of ${stack.startedAt} has ended; start one with npm start`);
  return stack;
}
