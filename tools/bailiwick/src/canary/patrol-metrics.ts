import { createServer } from 'node:http';
import { once } from 'node:events';
import { gauge, metrics } from '@bailiwick/platform';
import type { AddressInfo } from 'node:net';

const searchedAt = gauge(
  'bailiwick_canary_searched_timestamp_seconds',
  'Time at which every cell had last been searched for a canary of the region, in seconds since the epoch',
  ['region'],
);
const everySeconds = gauge(
  'bailiwick_canary_every_seconds',
  'How often a canary is planted in the region, in seconds',
  ['region'],
);

/** Where a patrol's metrics are scraped. */
export interface MetricsAddress {
  readonly host: string;
  /** 0 chooses one. */
  readonly port: number;
}

/** Says how often canaries of these regions are to be searched for. */
export function patrolBegins(regions: readonly string[], everyMs: number): void {
  for (const region of regions) everySeconds.set({ region }, everyMs / 1000);
}

/** Every cell was searched for a canary of this region. */
export const patrolSearched = (region: string): void => searchedAt.setToCurrentTime({ region });

/** Serves `/metrics` as services do, until it is closed. Rejects when the address is taken. */
export async function serveMetrics({
  host,
  port,
}: MetricsAddress): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.metrics().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}/metrics`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
