import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { HealthRegistry } from './health.js';
import { remoteParent, traceparentOf } from './telemetry.js';

describe('trace context', () => {
  it('a traceparent goes through unchanged', () => {
    const header = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(traceparentOf(trace.getSpan(remoteParent(header)))).toBe(header);
  });

  it.each([null, '', 'x', '00-short-b7ad6b7169203331-01'])('%j makes no parent', (header) => {
    expect(trace.getSpan(remoteParent(header))).toBeUndefined();
  });
});

describe('health', () => {
  it('is ready when every check is well, names what is not, and is not ready while draining', () => {
    const health = new HealthRegistry();
    let problem: string | null = 'no assignment yet';
    health.add({ name: 'kafka', problem: () => problem });
    expect(health.report()).toEqual({ ready: false, checks: { kafka: 'no assignment yet' } });
    problem = null;
    expect(health.report().ready).toBe(true);
    health.drain();
    expect(health.report()).toMatchObject({ ready: false, checks: { process: 'draining' } });
  });
});
