import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import type { CertificateFiles } from '../parts/certificate-authority.js';
import { INVALID_SESSION, type CrmLogin } from './crm-login.js';
import type { CrmStore } from './crm-store.js';
import type { DayProgress } from './play-day.js';
import type { SamplePubSub } from './pubsub-crm.js';
import { RecordsApi, clientIn } from './records-api.js';
import type { VendorLogin } from './vendor-login.js';
import { isVendorPath, vendorRecord } from './vendor-records.js';

const MOST_BYTES = 1024 * 1024;
const Patch = z.strictObject({ fields: z.record(z.string(), z.json()) });
const RECORD = /^\/crm\/([^/]+)\/objects\/([^/]+)\/([^/]+)$/;
const VENDOR = /^\/services\/data\/v\d{2,3}\.0\/(composite|sobjects)(?:\/|$)/;
const WRITES = /^\/crm(?:\/([^/]+))?\/writes$/;

/** What the sample CRM's HTTP interface needs to know. */
export interface CrmServerOptions {
  readonly tls: CertificateFiles;
  readonly store: CrmStore;
  readonly login: CrmLogin;
  /** Logins of other vendors' kinds. */
  readonly vendors?: VendorLogin;
  /** Its orgs, one a tenant: what is written to a case of theirs is streamed, and they answer queries. */
  readonly pubsub: SamplePubSub;
  /** How far the sample day is, or null while there is none. */
  readonly progress: () => DayProgress | null;
}

/**
 * The HTTP interface of the sample CRM, a development tool. `POST /services/oauth2/token` and `/services/oauth2/revoke` log
 * in and out; `PATCH /crm/{tenant}/objects/{object}/{id}` with an access token and an `Idempotency-Key` writes, and so do the
 * vendor's `/services/data/…/composite` and `/services/data/…/sobjects/Case/{id}`. HubSpot's, Dataverse's and Zendesk's requests for tokens
 * and for changes of records are understood, too. `GET` of the first path, of `/crm/writes` and of `/crm/{tenant}/writes`, and of `/sample-day`, is for anyone with a certificate of the
 * stack, so that tests see what was written and how often.
 */
export function crmServer(options: CrmServerOptions): Server {
  const { tls } = options;
  return createServer(
    {
      cert: readFileSync(tls.certificate),
      key: readFileSync(tls.key),
      ca: readFileSync(tls.authority),
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
    },
    (request, response) => {
      answer(request, options).then(
        ([status, body]) => send(response, status, body),
        () => send(response, 500, problem('internal')),
      );
    },
  );
}

type Answer = readonly [status: number, body: unknown];
const problem = (code: string): { code: string } => ({ code });

async function answer(request: IncomingMessage, options: CrmServerOptions): Promise<Answer> {
  const path = new URL(request.url ?? '/', 'https://crm').pathname;
  const resource = VENDOR.exec(path)?.[1];
  if (resource !== undefined) return records(resource === 'composite', request, options);
  if (isVendorPath(path)) return vendor(path, request, options);
  if (request.method === 'GET') return read(path, request, options);
  if (request.method === 'POST' || request.method === 'DELETE') return logInOrOut(path, request, options);
  if (request.method === 'PATCH') return write(path, request, options);
  return [405, problem('method-not-allowed')];
}

function read(path: string, request: IncomingMessage, options: CrmServerOptions): Answer {
  const { store, progress } = options;
  if (path === '/health') return [200, { status: 'ok' }];
  if (path.startsWith('/services/data/')) return query(request, options);
  if (!(request.socket as TLSSocket).authorized) return [403, problem('not-a-reader')];
  if (path === '/sample-day') return [200, progress()];
  const writes = WRITES.exec(path);
  if (writes) {
    const tenant = writes[1];
    return [200, store.writes(tenant === undefined ? null : decodeURIComponent(tenant))];
  }
  const named = recordIn(path);
  const record = named && store.record(named.tenant, named.object, named.recordId);
  return record ? [200, record] : [404, problem('no-such-record')];
}

function query({ url, headers }: IncomingMessage, { login, pubsub }: CrmServerOptions): Answer {
  const org = login.tenantOf(headers.authorization);
  if (org === null) return INVALID_SESSION;
  const { pathname, searchParams } = new URL(url ?? '/', 'https://crm');
  return pubsub.rest(pathname, searchParams, org) ?? [404, problem('no-such-path')];
}

async function records(
  isComposite: boolean,
  request: IncomingMessage,
  { store, login, pubsub }: CrmServerOptions,
): Promise<Answer> {
  const { method = '', url = '', headers } = request;
  const owner = login.tenantOf(headers.authorization);
  if (owner === null) return INVALID_SESSION;
  const api = new RecordsApi({ org: pubsub.org(owner), store, makesCases: true });
  const body = parsed(await readText(request));
  const client = clientIn(headers['sforce-call-options']?.toString());
  const unmodifiedSince = headers['if-unmodified-since'] ?? null;
  return isComposite
    ? api.composite(body, client)
    : api.row({ method, url, unmodifiedSince, body, referenceId: null }, client);
}

async function vendor(
  path: string,
  request: IncomingMessage,
  { login, store }: CrmServerOptions,
): Promise<Answer> {
  const { method = '', headers } = request;
  const tenant = login.tenantOf(headers.authorization);
  if (tenant === null) return [401, { error: 'unauthorized' }];
  const body = parsed(await readText(request));
  return vendorRecord(store, { method, path, body, tenant }) ?? [404, problem('no-such-path')];
}

async function logInOrOut(
  path: string,
  request: IncomingMessage,
  { login, vendors }: CrmServerOptions,
): Promise<Answer> {
  const { method = '', headers } = request;
  const { authorization } = headers;
  const body = (await readText(request)) ?? '';
  const answered = await vendors?.answer({ method, path, authorization, body });
  if (answered) return answered;
  const form = new URLSearchParams(body);
  if (path === '/services/oauth2/token') return login.token(form);
  if (path === '/services/oauth2/revoke') return login.revoke(form);
  return [404, problem('no-such-path')];
}

async function write(
  path: string,
  request: IncomingMessage,
  { store, login, pubsub }: CrmServerOptions,
): Promise<Answer> {
  const owner = login.tenantOf(request.headers.authorization);
  if (owner === null) return INVALID_SESSION;
  const named = recordIn(path);
  if (!named) return [404, problem('no-such-path')];
  if (owner !== named.tenant) return [403, problem('not-your-organisation')];
  const idempotencyKey = request.headers['idempotency-key'];
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '')
    return [400, problem('idempotency-key-missing')];
  const patch = Patch.safeParse(parsed(await readText(request)));
  if (!patch.success) return [422, problem('body-invalid')];
  const { fields } = patch.data;
  const result = store.write({ ...named, idempotencyKey, fields });
  // Whoever follows the changes of the org sees this one too, and must know it for his own.
  if (result === 'written' && named.object === 'Case')
    pubsub.org(owner).change([{ recordId: named.recordId, fields, client: 'bailiwick' }]);
  return result === 'conflict' ? [422, problem('idempotency-key-reused')] : [200, { result }];
}

function recordIn(path: string): { tenant: string; object: string; recordId: string } | null {
  const [tenant, object, recordId] = RECORD.exec(path)?.slice(1).map(decodeURIComponent) ?? [];
  return tenant === undefined || object === undefined || recordId === undefined
    ? null
    : { tenant, object, recordId };
}

/** The body, or null for one that is too long. */
async function readText(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const plain = status < 300 || (body !== null && !Object.hasOwn(Object(body), 'code'));
  response.writeHead(status, { 'content-type': plain ? 'application/json' : 'application/problem+json' });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}
