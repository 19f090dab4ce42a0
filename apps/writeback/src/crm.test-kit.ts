import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  CrmLogin,
  CrmStore,
  EventBus,
  INVALID_SESSION,
  RecordsApi,
  SampleOrg,
  VendorLogin,
  clientIn,
  isVendorPath,
  sampleLogins,
  sampleVendors,
  vendorRecord,
  type CrmWriteRow,
  type KeyMaterial,
  type SampleLogin,
  type SampleVendorLogin,
} from '@bailiwick/stack';
import { z } from 'zod';

/** One request to write, as it came. */
export interface WriteAttempt {
  readonly path: string;
  readonly idempotencyKey: string;
  readonly traceparent: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What the CRM does with an attempt: writes and says so, writes and says nothing, or answers with a status. */
export type CrmReaction = 'write' | 'write-and-break' | number;

const Body = z.strictObject({ fields: z.record(z.string(), z.unknown()) });
const header = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : '';

/**
 * A small CRM with the login of the sample CRM; writes once per idempotency key, and not without a live token. It has an org, too, by
 * the vendor's REST interface.
 */
export class TestCrm {
  readonly attempts: WriteAttempt[] = [];
  /** Writes that took effect. */
  readonly written: WriteAttempt[] = [];
  /** Access tokens that it granted, oldest first. */
  readonly granted: string[] = [];
  /** Writes that came without a live token. */
  unauthorised = 0;
  react: (attempt: WriteAttempt) => CrmReaction | Promise<CrmReaction> = () => 'write';

  /** The org, whose every record can be written to. */
  readonly org: SampleOrg;
  /** How often the org was asked. */
  orgRequests = 0;
  /** How many answers of the org are lost on their way. */
  orgLoses = 0;
  /** For how many seconds the org wants to be left alone, or null. */
  orgBusy: number | null = null;
  /** Whose requests of the day are used up, and for how many seconds it wants to be left alone; null where nobody's. */
  busyFor: { readonly tenant: string; readonly seconds: number } | null = null;
  turnedAway = 0;
  /** For how many seconds the logins of other vendors want to be left alone, or null. */
  loginBusy: number | null = null;
  readonly #bus = new EventBus(':memory:');
  readonly #records: RecordsApi;

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private readonly login: CrmLogin,
    private readonly store: CrmStore,
    private readonly vendors: VendorLogin,
    /** How the control-plane logs in to it, for each sample tenant. */
    readonly logins: readonly SampleLogin[],
    /** How it does at the accounts of other vendors. */
    readonly vendorLogins: readonly SampleVendorLogin[],
  ) {
    this.org = new SampleOrg('atlas', this.#bus);
    this.#records = new RecordsApi({ org: this.org, store, makesCases: true });
  }

  /** `file` is where it keeps its sessions. */
  static async start(tls: { cert: string; key: string }, keys: KeyMaterial, file: string): Promise<TestCrm> {
    const server = createServer(tls);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}`;
    const { logins, apps } = await sampleLogins(keys, port);
    const store = new CrmStore(file);
    const vendors = await sampleVendors(keys, port);
    const crm = new TestCrm(
      server,
      url,
      new CrmLogin(apps, store, url),
      store,
      new VendorLogin(vendors.apps, store, url),
      logins,
      vendors.logins,
    );
    server.on('request', (request, response) => {
      const { url: path = '' } = request;
      if (isVendorPath(path)) void crm.#vendor(request, response);
      else if (path.includes('/oauth') && !path.startsWith('/services/'))
        void crm.#logInToVendor(request, response);
      else if (path.startsWith('/services/data/')) void crm.#composite(request, response);
      else if (path.startsWith('/services/')) void crm.#logIn(request, response);
      else void crm.#write(request, response);
    });
    return crm;
  }

  /** Ends a token without telling anybody. */
  end(token: string): void {
    this.login.revoke(new URLSearchParams({ token }));
  }

  /** Whether a token still opens anything. */
  lives(token: string): boolean {
    return this.login.tenantOf(`Bearer ${token}`) !== null;
  }

  /** Attempts of one event. */
  attemptsOf(eventId: string): readonly WriteAttempt[] {
    return this.attempts.filter(({ idempotencyKey }) => idempotencyKey === eventId);
  }

  /** What was written at other vendors' accounts to one record. */
  vendorWrites(recordId: string): readonly CrmWriteRow[] {
    return this.store.writes(null).filter((write) => write.recordId === recordId);
  }

  /** How often the org changed a record for one event. */
  orgChanges(eventId: string): number {
    const rows = this.store.writes(null).filter(({ idempotencyKey }) => idempotencyKey.includes(eventId));
    return rows.reduce((sum, { attempts }) => sum + attempts, 0);
  }

  /** Effects of one event. */
  writtenOf(eventId: string): readonly WriteAttempt[] {
    return this.written.filter(({ idempotencyKey }) => idempotencyKey === eventId);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    this.store.close();
    this.#bus.close();
  }

  async #composite(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(await text(request));
    this.orgRequests++;
    const busy = this.orgBusy;
    const [status, answer] =
      this.login.tenantOf(request.headers.authorization) === null
        ? INVALID_SESSION
        : busy === null
          ? this.#records.composite(body, clientIn(header(request.headers['sforce-call-options'])))
          : [403, [{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }]];
    if (this.orgLoses > 0) {
      this.orgLoses--;
      return void request.socket.destroy();
    }
    response.writeHead(status, busy === null ? {} : { 'retry-after': String(busy) });
    response.end(JSON.stringify(answer));
  }

  async #vendor(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const body: unknown = JSON.parse(await text(request));
    const tenant = this.login.tenantOf(headers.authorization);
    if (tenant === null) this.unauthorised++;
    const [status, said] =
      tenant === null ? [401, {}] : (vendorRecord(this.store, { method, path, body, tenant }) ?? [404, {}]);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 204 ? '' : JSON.stringify(said));
  }

  async #logInToVendor(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const { authorization } = headers;
    const body = await text(request);
    const busy = this.loginBusy;
    const [status, said] =
      busy === null
        ? ((await this.vendors.answer({ method, path, authorization, body })) ?? [404, {}])
        : [429, { error: 'slow_down' }];
    const token = z.object({ access_token: z.string() }).safeParse(said).data?.access_token;
    if (token !== undefined) this.granted.push(token);
    response.writeHead(status, busy === null ? {} : { 'retry-after': String(busy) });
    response.end(status === 204 ? '' : JSON.stringify(said));
  }

  async #logIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request));
    const [status, body] = request.url?.endsWith('/revoke')
      ? this.login.revoke(form)
      : await this.login.token(form);
    const token = z.object({ access_token: z.string() }).safeParse(body).data?.access_token;
    if (token !== undefined) this.granted.push(token);
    response.writeHead(status).end(body === null ? '' : JSON.stringify(body));
  }

  async #write(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const attempt = {
      path: request.url ?? '',
      idempotencyKey: header(request.headers['idempotency-key']),
      traceparent: header(request.headers['traceparent']),
      fields: Body.parse(JSON.parse(await text(request))).fields,
    };
    if (this.login.tenantOf(request.headers.authorization) === null) {
      this.unauthorised++;
      const [status, body] = INVALID_SESSION;
      return void response.writeHead(status).end(JSON.stringify(body));
    }
    if (this.busyFor !== null && attempt.path.startsWith(`/crm/${this.busyFor.tenant}/`)) {
      this.turnedAway++;
      response.writeHead(429, { 'retry-after': String(this.busyFor.seconds) }).end();
      return;
    }
    this.attempts.push(attempt);
    const reaction = await this.react(attempt);
    if (typeof reaction === 'number')
      return void response.writeHead(reaction).end('{"code":"no-such-field"}');
    if (!this.written.some((earlier) => earlier.idempotencyKey === attempt.idempotencyKey))
      this.written.push(attempt);
    if (reaction === 'write-and-break') return void request.socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }
}
