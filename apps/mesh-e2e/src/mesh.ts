import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CrmReader, type CrmWrite } from './crm-reader.js';
import {
  READ_SCOPE,
  clientDispatcher,
  purposeScope,
  readStackFile,
  requestAccessToken,
  tenantScope,
  type StackCell,
  type StackFile,
} from '@bailiwick/stack';
import { Agent, fetch } from 'undici';
import type {} from 'vitest';
import { z } from 'zod';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the stack that the scenarios share; its `stack.json` tells the rest. */
    stackFolder: string;
  }
}

/** What lineage answers about an event, as far as the scenarios look at it. */
export const RecordView = z.looseObject({
  eventId: z.string(),
  tenant: z.string(),
  outcome: z.enum(['in-flight', 'answered', 'held', 'denied', 'dead-lettered']),
  reason: z.string().nullable(),
  answeredIn: z.string().nullable(),
  pool: z.string().nullable(),
  traceId: z.string().nullable(),
  /** Not in lists. */
  steps: z.array(z.looseObject({ kind: z.string() })).optional(),
});
export type RecordView = z.infer<typeof RecordView>;

const EventList = z.object({ events: z.array(RecordView) });
const ViolationView = z.looseObject({
  violationId: z.string(),
  code: z.string(),
  service: z.string(),
  eventId: z.string().nullable(),
});
const ViolationList = z.object({ violations: z.array(ViolationView) });
const Accepted = z.object({ eventId: z.string() });

/** A record as a producer sends it. */
export interface SentRecord {
  readonly tenant: string;
  readonly purpose: string;
  readonly id: string;
  readonly recordId: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Cell to which it is sent; the tenant's own when absent. */
  readonly region?: string;
}

/** An answer of ingest. */
export interface IngestAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType: string;
}

/** What the transfer register says of one record, as far as the scenarios look at it. */
const Transfer = z.looseObject({ eventId: z.string(), fields: z.array(z.string()) });
type Transfer = z.infer<typeof Transfer>;

/** The running mesh as its users see it: producers, lineage readers, the CRM. */
export class Mesh {
  readonly #tokens = new Map<string, { token: string; expiresAt: number }>();
  readonly #agent: Agent;

  private constructor(
    readonly folder: string,
    readonly stack: StackFile,
    ca: string,
    readonly crm: CrmReader,
    /** By region, as the administrator. */
    private readonly administrators: ReadonlyMap<string, Agent>,
  ) {
    this.#agent = new Agent({ connect: { ca }, connections: 16 });
  }

  static async open(folder: string): Promise<Mesh> {
    const stack = await readStackFile(join(folder, 'stack.json'));
    const administrators = Object.values(stack.cells).map(
      async ({ region, lineage }) => [region, await clientDispatcher(lineage.administrator)] as const,
    );
    return new Mesh(
      folder,
      stack,
      await readFile(stack.authority, 'utf8'),
      await CrmReader.open(stack),
      new Map(await Promise.all(administrators)),
    );
  }

  cell(region: string): StackCell {
    const cell = this.stack.cells[region];
    if (!cell) throw new Error(`the stack has no cell ${region}`);
    return cell;
  }

  /** Region in which a sample tenant is at home. */
  homeOf(tenant: string): string {
    const client = this.stack.tenants[tenant];
    if (!client) throw new Error(`the stack has no tenant ${tenant}`);
    return client.region;
  }

  /** Access token of a sample tenant for one purpose. */
  async token(tenant: string, purpose: string): Promise<string> {
    const known = this.#tokens.get(`${tenant}/${purpose}`);
    if (known && known.expiresAt > Date.now() + 30_000) return known.token;
    const client = this.stack.tenants[tenant];
    if (!client) throw new Error(`the stack has no tenant ${tenant}`);
    const { issuer } = this.stack.identityProvider;
    const scope = `${tenantScope(tenant)} ${purposeScope(purpose)}`;
    const fresh = await requestAccessToken({
      issuer,
      clientId: client.clientId,
      keyFile: client.keyFile,
      scope,
    });
    this.#tokens.set(`${tenant}/${purpose}`, fresh);
    return fresh.token;
  }

  /** Access token with which the compliance of a sample tenant reads its lineage. */
  async complianceToken(tenant: string): Promise<string> {
    const client = this.stack.tenants[tenant];
    if (!client) throw new Error(`the stack has no tenant ${tenant}`);
    const { token } = await requestAccessToken({
      issuer: this.stack.identityProvider.issuer,
      ...client.compliance,
      scope: `${tenantScope(tenant)} ${READ_SCOPE}`,
      resource: this.cell(client.region).lineage.audience,
    });
    return token;
  }

  /** Sends raw bytes to `/v1/records` of a cell. */
  async post(
    region: string,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>>,
  ): Promise<IngestAnswer> {
    const answer = await fetch(`${this.cell(region).ingest.http}/v1/records`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', ...headers },
      body,
      dispatcher: this.#agent,
    });
    const text = await answer.text();
    const contentType = answer.headers.get('content-type') ?? '';
    return {
      status: answer.status,
      body: contentType.includes('json') ? JSON.parse(text) : text,
      contentType,
    };
  }

  /** Sends a record as one structured CloudEvent. */
  async send(record: SentRecord): Promise<IngestAnswer> {
    const { tenant, purpose, id, recordId, fields } = record;
    const region = record.region ?? this.homeOf(tenant);
    const event = {
      specversion: '1.0',
      type: 'crm.case.created',
      source: '/e2e/cases',
      id,
      subject: recordId,
      purpose,
      data: { object: 'Case', fields },
    };
    return this.post(region, JSON.stringify(event), {
      authorization: `Bearer ${await this.token(tenant, purpose)}`,
    });
  }

  /** Sends a record that must be accepted, and gives its event id. */
  async accept(record: SentRecord): Promise<string> {
    const answer = await this.send(record);
    if (answer.status !== 202) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
    return Accepted.parse(answer.body).eventId;
  }

  /** Asks lineage of a cell: with an access token, or as the administrator; null for the token asks without a credential. */
  async lineage(
    region: string,
    path: string,
    token?: string | null,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const dispatcher = (token === undefined && this.administrators.get(region)) || this.#agent;
    const answer = await fetch(`${this.cell(region).lineage.api}${path}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
      dispatcher,
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** The transfer register of a tenant in a cell, newest first. */
  async transfers(region: string, tenant: string): Promise<readonly Transfer[]> {
    const { body } = await this.lineage(region, `/v1/transfers?tenant=${tenant}`);
    return z.object({ transfers: z.array(Transfer) }).parse(body).transfers;
  }

  /** History of an event in a cell; null while lineage there knows nothing of it. */
  async history(region: string, eventId: string): Promise<RecordView | null> {
    const { status, body } = await this.lineage(region, `/v1/records/${eventId}`);
    return status === 404 ? null : RecordView.parse(body);
  }

  /** Waits until the event has ended in its home cell. */
  async ended(region: string, eventId: string, withinMs = 60_000): Promise<RecordView> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const view = await this.history(region, eventId).catch(() => null);
      if (view && view.outcome !== 'in-flight') return view;
      if (Date.now() > deadline)
        throw new Error(`event ${eventId} has not ended: ${view?.outcome ?? 'unknown to lineage'}`);
      await sleep(100);
    }
  }

  /** Waits until lineage has heard of each of these steps of an event; they come by several partitions, in no order. */
  async told(
    region: string,
    eventId: string,
    kinds: readonly string[],
    withinMs = 30_000,
  ): Promise<RecordView> {
    for (const deadline = Date.now() + withinMs; ; await sleep(100)) {
      const view = await this.history(region, eventId);
      const missing = kinds.filter((kind) => !view?.steps?.some((step) => step.kind === kind));
      if (view && missing.length === 0) return view;
      if (Date.now() > deadline)
        throw new Error(`lineage has not heard that ${eventId} is ${missing.join(', ')}`);
    }
  }

  /** Recent events of a cell. */
  async events(region: string, limit = 1000): Promise<readonly RecordView[]> {
    return EventList.parse((await this.lineage(region, `/v1/events?limit=${limit}`)).body).events;
  }

  /** Violations that a cell has recorded, newest first. */
  async allViolations(region: string): Promise<readonly z.infer<typeof ViolationView>[]> {
    return ViolationList.parse((await this.lineage(region, '/v1/violations?limit=1000')).body).violations;
  }

  /** Codes of the violations that a cell has recorded for an event. */
  async violations(region: string, eventId: string): Promise<readonly string[]> {
    const list = await this.allViolations(region);
    return list.filter((entry) => entry.eventId === eventId).map(({ code }) => code);
  }

  /** Waits until a violation of an event with this code is recorded, and gives all codes of the event. */
  async violated(
    region: string,
    eventId: string,
    code: string,
    withinMs = 30_000,
  ): Promise<readonly string[]> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const codes = await this.violations(region, eventId);
      if (codes.includes(code) || Date.now() > deadline) return codes;
      await sleep(100);
    }
  }

  /** Every effect that the CRM has seen for an event. */
  writes(eventId: string): Promise<readonly CrmWrite[]> {
    return this.crm.writes(eventId);
  }

  /** Everything that the CRM was told; not every vendor's interface names the event. */
  allWrites(): Promise<readonly CrmWrite[]> {
    return this.crm.all();
  }

  async close(): Promise<void> {
    await Promise.all([this.#agent, ...this.administrators.values()].map((agent) => agent.close()));
    await this.crm.close();
  }
}
