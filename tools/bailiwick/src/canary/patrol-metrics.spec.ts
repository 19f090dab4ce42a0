import { expect, test } from 'vitest';
import { patrolBegins, patrolSearched, serveMetrics } from './patrol-metrics.js';

test('promise 5: a patrol tells how often it means to search, and when it last did, and is silent of a region that it never searched', async () => {
  patrolBegins(['eu-central', 'us-east'], 600_000);
  patrolSearched('eu-central');
  const served = await serveMetrics({ host: '127.0.0.1', port: 0 });
  try {
    const response = await fetch(served.url);
    expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
    const lines = (await response.text()).split('\n').filter((line) => line.startsWith('bailiwick_canary_'));
    expect(lines).toHaveLength(3);
    expect(lines).toContain('bailiwick_canary_every_seconds{region="us-east"} 600');
    const at = /^bailiwick_canary_searched_timestamp_seconds\{region="eu-central"\} (.+)$/m.exec(
      lines.join('\n'),
    );
    expect(Math.abs(Number(at?.[1]) - Date.now() / 1000)).toBeLessThan(10);
    expect((await fetch(new URL('/', served.url))).status).toBe(404);
    await expect(
      serveMetrics({ host: '127.0.0.1', port: Number(new URL(served.url).port) }),
    ).rejects.toThrow();
  } finally {
    await served.close();
  }
});
