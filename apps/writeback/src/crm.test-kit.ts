import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
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

/** A small CRM: real HTTPS with client certificates; writes once per idempotency key. */
export class TestCrm {
  readonly attempts: WriteAttempt[] = [];
  /** Writes that took effect. */
  readonly written: WriteAttempt[] = [];
  react: (attempt: WriteAttempt) => CrmReaction | Promise<CrmReaction> = () => 'write';

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(tls: { cert: string; key: string; ca: string }): Promise<TestCrm> {
    const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: true });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const crm = new TestCrm(server, `https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      const answer = async (): Promise<void> => {
        const attempt = {
          path: request.url ?? '',
          idempotencyKey: header(request.headers['idempotency-key']),
          traceparent: header(request.headers['traceparent']),
          fields: Body.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))).fields,
        };
        crm.attempts.push(attempt);
        const reaction = await crm.react(attempt);
        if (typeof reaction === 'number')
          return void response.writeHead(reaction).end('{"code":"no-such-field"}');
        if (!crm.written.some((earlier) => earlier.idempotencyKey === attempt.idempotencyKey))
          crm.written.push(attempt);
        if (reaction === 'write-and-break') return void request.socket.destroy();
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      };
      request.on('end', () => void answer());
    });
    return crm;
  }

  /** Attempts of one event. */
  attemptsOf(eventId: string): readonly WriteAttempt[] {
    return this.attempts.filter(({ idempotencyKey }) => idempotencyKey === eventId);
  }

  /** Effects of one event. */
  writtenOf(eventId: string): readonly WriteAttempt[] {
    return this.written.filter(({ idempotencyKey }) => idempotencyKey === eventId);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
