import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  CrmLogin,
  CrmStore,
  VendorLogin,
  sampleLogins,
  sampleVendors,
  type KeyMaterial,
  type SampleLogin,
  type SampleVendorLogin,
} from '@bailiwick/stack';
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
    private readonly vendors: VendorLogin,
    /** How the control-plane logs in to it, for each sample tenant. */
    readonly logins: readonly (SampleLogin | SampleVendorLogin)[],
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
    const vendors = await sampleVendors(keys, port);
    const store = new CrmStore(file);
    const url = `https://127.0.0.1:${port}`;
    const crm = new TestCrmLogin(
      server,
      new CrmLogin(apps, store, url),
      store,
      new VendorLogin(vendors.apps, store, url),
      [...logins, ...vendors.logins],
    );
    server.on('request', (request, response) => {
      const answer = async (): Promise<void> => {
        const sent = await text(request);
        const form = new URLSearchParams(sent);
        const { method = '', url: path = '', headers } = request;
        const { authorization } = headers;
        const revokes = path === '/services/oauth2/revoke';
        const [status, body] =
          (await crm.vendors.answer({ method, path, authorization, body: sent })) ??
          (revokes ? crm.login.revoke(form) : await crm.login.token(form));
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
