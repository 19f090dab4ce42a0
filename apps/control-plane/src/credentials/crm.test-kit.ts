import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CrmLogin, CrmStore, sampleLogins, type KeyMaterial, type SampleLogin } from '@bailiwick/stack';
import { z } from 'zod';

const Granted = z.object({ access_token: z.string() });

/** The login of the sample CRM by itself: real HTTPS, real sessions, and nothing to write to. */
export class TestCrmLogin {
  /** Access tokens that it granted, oldest first. */
  readonly granted: string[] = [];

  private constructor(
    private readonly server: Server,
    private readonly login: CrmLogin,
    private readonly store: CrmStore,
    /** How the control-plane logs in to it, for each sample tenant. */
    readonly logins: readonly SampleLogin[],
  ) {}

  /** `file` is where it keeps its sessions. */
  static async start(
    tls: { cert: string; key: string },
    keys: KeyMaterial,
    file: string,
  ): Promise<TestCrmLogin> {
    const server = createServer(tls);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const { logins, apps } = await sampleLogins(keys, port);
    const store = new CrmStore(file);
    const crm = new TestCrmLogin(
      server,
      new CrmLogin(apps, store, `https://127.0.0.1:${port}`),
      store,
      logins,
    );
    server.on('request', (request, response) => {
      const answer = async (): Promise<void> => {
        const form = new URLSearchParams(await text(request));
        const revokes = request.url === '/services/oauth2/revoke';
        const [status, body] = revokes ? crm.login.revoke(form) : await crm.login.token(form);
        const granted = Granted.safeParse(body).data;
        if (granted) crm.granted.push(granted.access_token);
        response.writeHead(status).end(body === null ? '' : JSON.stringify(body));
      };
      void answer();
    });
    return crm;
  }

  /** Whether a token still opens anything. */
  lives(token: string): boolean {
    return this.login.tenantOf(`Bearer ${token}`) !== null;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
    this.store.close();
  }
}
