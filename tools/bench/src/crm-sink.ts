import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { CertificateFiles } from '@bailiwick/stack';

/** The end of the pipeline inside the benchmark's own process, so that one clock times both ends: a CRM that says yes. */
export class CrmSink {
  /** Called for each write that arrives, with its idempotency key. */
  arrived: (key: string) => void = () => undefined;
  /** Address that write-back is told. */
  readonly url: string;

  private constructor(private readonly server: Server) {
    this.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(tls: CertificateFiles): Promise<CrmSink> {
    const server = createServer({
      cert: readFileSync(tls.certificate),
      key: readFileSync(tls.key),
    });
    server.keepAliveTimeout = 65_000;
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const sink = new CrmSink(server);
    server.on('request', (request, response) => {
      request.resume();
      request.on('end', () => {
        sink.arrived(String(request.headers['idempotency-key'] ?? ''));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"result":"written"}');
      });
    });
    return sink;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
