import { mkdtemp, readFile, rm } from 'node:fs/promises';
import {
  createServer as createPlain,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CertificateAuthority } from '@bailiwick/stack';
import type { CrmWrite, CrmWriter } from './crm-writer.js';

/** One request as a server of a vendor's protocol sees it. */
export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | null;
  readonly body: unknown;
}

/** Status, JSON and headers of its answer; `break` writes nothing and ends the connection. */
export type VendorAnswer =
  | readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>]
  | 'break';

/**
 * A fake of a vendor's cloud: a real HTTPS server that speaks as much of the vendor's published protocol as a writer needs. For
 * clients that cannot be told whom to trust, it also serves without TLS.
 */
export class VendorServer {
  readonly requests: VendorRequest[] = [];
  /** Answers instead of the vendor; null leaves it to him. */
  fault: (request: VendorRequest) => VendorAnswer | null = () => null;

  private constructor(
    private readonly folder: string,
    private readonly servers: readonly Server[],
    readonly url: string,
    readonly plainUrl: string,
    /** PEM. */
    readonly authority: string,
  ) {}

  static async start(answer: (request: VendorRequest) => VendorAnswer): Promise<VendorServer> {
    const folder = await mkdtemp(join(tmpdir(), 'vendor-'));
    const ca = await CertificateAuthority.open(join(folder, 'ca'));
    const files = await ca.issue({ region: 'outside', workload: 'sample-crm' });
    const [authority, cert, key] = await Promise.all(
      [ca.file, files.certificate, files.key].map((file) => readFile(file, 'utf8')),
    );
    const serve = (request: IncomingMessage, response: ServerResponse): void =>
      void vendor.#serve(answer, request, response);
    const servers = [createServer({ cert, key }, serve), createPlain(serve)];
    const ports: number[] = [];
    for (const server of servers) {
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      ports.push((server.address() as AddressInfo).port);
    }
    const [url, plain] = [`https://127.0.0.1:${ports[0]}`, `http://127.0.0.1:${ports[1]}`];
    const vendor = new VendorServer(folder, servers, url, plain, authority ?? '');
    return vendor;
  }

  async stop(): Promise<void> {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  async #serve(
    answer: (request: VendorRequest) => VendorAnswer,
    incoming: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'https://vendor');
    const sent = await text(incoming);
    const request: VendorRequest = {
      method: incoming.method ?? '',
      path: pathname,
      query: searchParams,
      header: (name) => incoming.headers[name]?.toString() ?? null,
      body: sent === '' ? undefined : JSON.parse(sent),
    };
    this.requests.push(request);
    const given = this.fault(request) ?? answer(request);
    if (given === 'break') return void incoming.socket.destroy();
    const [status, body, headers] = given;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body === null ? '' : JSON.stringify(body));
  }
}

/** Who may write there. */
export const TOKEN = 'of-the-vendor';
export const isAuthorised = ({ header }: VendorRequest): boolean =>
  header('authorization') === `Bearer ${TOKEN}`;

/** A write with what it does not say filled in. */
export const writeOf = (write: Partial<CrmWrite>): CrmWrite => ({
  tenant: 'atlas',
  object: 'Case',
  recordId: '500000000000001',
  credential: { reveal: () => TOKEN },
  fields: { Priority: 'high' },
  idempotencyKey: 'evt_aaaaaaaaaaaaaaaaaaaaaaaaaa',
  unmodifiedSince: null,
  traceparent: null,
  signal: new AbortController().signal,
  ...write,
});

/** The writers of a spec, one for all writes with the same options: each begins with a TLS handshake. */
export class TestWriters {
  readonly #made = new Map<string, CrmWriter>();

  constructor(private readonly make: (options: object) => CrmWriter) {}

  write(write: Partial<CrmWrite>, options: object = {}): ReturnType<CrmWriter['write']> {
    const key = JSON.stringify(options);
    const writer = this.#made.get(key) ?? this.make(options);
    this.#made.set(key, writer);
    return writer.write(writeOf(write));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map((writer) => writer.close()));
  }
}
