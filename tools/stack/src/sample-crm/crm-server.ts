import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { spiffeId } from '@bailiwick/contracts';
import { z } from 'zod';
import type { CertificateFiles } from '../parts/certificate-authority.js';
import type { CrmStore } from './crm-store.js';
import type { DayProgress } from './play-day.js';

const MOST_BYTES = 1024 * 1024;
const Patch = z.strictObject({ fields: z.record(z.string(), z.json()) });
const RECORD = /^\/crm\/([^/]+)\/objects\/([^/]+)\/([^/]+)$/;
const WRITES = /^\/crm(?:\/([^/]+))?\/writes$/;

/** What the sample CRM's HTTP interface needs to know. */
export interface CrmServerOptions {
  readonly tls: CertificateFiles;
  readonly store: CrmStore;
  /** Regions whose `writeback` may write. */
  readonly regions: readonly string[];
  /** How far the sample day is, or null while there is none. */
  readonly progress: () => DayProgress | null;
}

/**
 * The HTTP interface of the sample CRM, a development tool: `PATCH /crm/{tenant}/objects/{object}/{id}` with an
 * `Idempotency-Key` for the write-back of a cell; `GET` of the same path, of `/crm/writes` and of
 * `/crm/{tenant}/writes`, and of `/sample-day`, for anyone with a certificate of the stack, so that tests see what was written and how often.
 */
export function crmServer({ tls, store, regions, progress }: CrmServerOptions): Server {
  const writers = new Set(regions.map((region) => `URI:${spiffeId({ region, workload: 'writeback' })}`));
  return createServer(
    {
      cert: readFileSync(tls.certificate),
      key: readFileSync(tls.key),
      ca: readFileSync(tls.authority),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
    },
    (request, response) => {
      answer(request, store, writers, progress).then(
        ([status, body]) => send(response, status, body),
        () => send(response, 500, problem('internal')),
      );
    },
  );
}

type Answer = readonly [status: number, body: unknown];
const problem = (code: string): { code: string } => ({ code });

async function answer(
  request: IncomingMessage,
  store: CrmStore,
  writers: ReadonlySet<string>,
  progress: CrmServerOptions['progress'],
): Promise<Answer> {
  const path = new URL(request.url ?? '/', 'https://crm').pathname;
  if (path === '/health') return [200, { status: 'ok' }];
  if (path === '/sample-day') return [200, progress()];
  const writes = WRITES.exec(path);
  if (writes && request.method === 'GET') {
    const tenant = writes[1];
    return [200, store.writes(tenant === undefined ? null : decodeURIComponent(tenant))];
  }
  const parts = RECORD.exec(path)?.slice(1).map(decodeURIComponent);
  const [tenant, object, recordId] = parts ?? [];
  if (tenant === undefined || object === undefined || recordId === undefined)
    return [404, problem('no-such-path')];
  if (request.method === 'GET') {
    const record = store.record(tenant, object, recordId);
    return record ? [200, record] : [404, problem('no-such-record')];
  }
  if (request.method !== 'PATCH') return [405, problem('method-not-allowed')];
  const names = (request.socket as TLSSocket).getPeerCertificate().subjectaltname?.split(', ') ?? [];
  if (!names.some((name) => writers.has(name))) return [403, problem('not-a-writer')];
  const idempotencyKey = request.headers['idempotency-key'];
  if (typeof idempotencyKey !== 'string' || idempotencyKey === '')
    return [400, problem('idempotency-key-missing')];
  const patch = Patch.safeParse(await readJson(request));
  if (!patch.success) return [422, problem('body-invalid')];
  const result = store.write({ idempotencyKey, tenant, object, recordId, fields: patch.data.fields });
  return result === 'conflict' ? [422, problem('idempotency-key-reused')] : [200, { result }];
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': status < 300 ? 'application/json' : 'application/problem+json',
  });
  response.end(JSON.stringify(body));
}
