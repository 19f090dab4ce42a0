/** The part of oidc-provider that is used here; the package brings no types. */
declare module 'oidc-provider' {
  import type { Server } from 'node:http';

  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    listen(port: number, host: string, listening: () => void): Server;
    on(event: string, listener: (...values: unknown[]) => void): this;
  }
}
