import { Metadata, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointRefusal } from './endpoint.js';
import { FlowControl, MOST_OUTSTANDING } from './flow-control.js';
import { ACTION_OF_CODE, failureStatus, readFailure } from './pubsub-failure.js';

describe('flow control', () => {
  it('never has more than 100 events outstanding, and never starves', () => {
    const steps = fc.array(fc.record({ arrive: fc.nat(100), pass: fc.nat(100) }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (many) => {
        const flow = new FlowControl();
        let serverMaySend = 0;
        let held = 0;
        for (const { arrive, pass } of many) {
          const asked = flow.ask();
          serverMaySend += asked;
          const came = Math.min(arrive, serverMaySend);
          expect(flow.arrived(came)).toBe(true);
          serverMaySend -= came;
          held += came;
          expect(serverMaySend + held).toBeLessThanOrEqual(MOST_OUTSTANDING);
          expect(serverMaySend + held).toBe(flow.outstanding);
          const passed = Math.min(pass, held);
          flow.passedOn(passed);
          held -= passed;
        }
        flow.passedOn(held);
        expect(serverMaySend + flow.ask()).toBeGreaterThan(0);
      }),
    );
  });

  it('notices a server that sends what nobody asked for', () => {
    const flow = new FlowControl();
    expect(flow.ask()).toBe(100);
    expect(flow.arrived(100)).toBe(true);
    expect(flow.arrived(1)).toBe(false);
  });
});

describe('an error by its trailer', () => {
  it.each([
    ['service.unavailable', status.UNAVAILABLE, 'retry'],
    ['service.auth.error', status.UNAUTHENTICATED, 'reauthenticate'],
    ['subscription.limit.exceeded', status.RESOURCE_EXHAUSTED, 'slow-down'],
    ['subscription.fetch.replayid.corrupted', status.INVALID_ARGUMENT, 'replay-gone'],
    ['topic.not.found', status.NOT_FOUND, 'stop'],
    ['something.new', status.INVALID_ARGUMENT, 'stop'],
    ['something.new', status.UNAVAILABLE, 'retry'],
  ] as const)('%s asks for what the table says', (code, grpc, action) => {
    expect(readFailure(failureStatus(code, grpc, 'x'))).toMatchObject({ action, code });
  });

  it('the code decides, whatever the status; without one the status does', () => {
    const codes = fc.constantFrom(...Object.keys(ACTION_OF_CODE));
    const statuses = fc.integer({ min: 1, max: 16 });
    fc.assert(
      fc.property(codes, statuses, (code, grpc) => {
        expect(readFailure(failureStatus(code, grpc, '')).action).toBe(ACTION_OF_CODE[code]);
      }),
    );
    expect(readFailure({ code: status.PERMISSION_DENIED, metadata: new Metadata() }).action).toBe('stop');
    expect(readFailure({ code: status.UNAVAILABLE })).toMatchObject({ action: 'retry', code: 'unavailable' });
  });

  it('keeps nothing of what the CRM says in its own words', () => {
    const failure = readFailure(failureStatus('Ada Lovelace <ada@example.org>', status.INTERNAL, 'Ada'));
    expect(JSON.stringify([failure.message, failure.code])).not.toContain('Ada');
  });
});

describe('R1 an endpoint has a jurisdiction', () => {
  const eu = { homeJurisdiction: 'eu', permitted: [] };
  const us = { homeJurisdiction: 'us', permitted: [] };
  const exception = {
    jurisdiction: 'us',
    transferBasis: 'scc',
    documentReference: 'SCC-7',
    highestSensitivity: 'MissionCritical',
  } as const;
  const global = { address: 'api.pubsub.salesforce.com:7443' };
  it('refuses the global one to a tenant whose jurisdiction has its own', () => {
    expect(endpointRefusal(global, eu)).toMatch(/global endpoint/);
    expect(endpointRefusal({ address: 'API.pubsub.salesforce.com:443' }, eu)).toMatch(/global endpoint/);
    expect(endpointRefusal(global, us)).toBeNull();
    expect(endpointRefusal({ address: 'api.deu.pubsub.salesforce.com:7443' }, eu)).toBeNull();
    expect(endpointRefusal({ address: 'api.deu.pubsub.salesforce.com:7443' }, us)).toMatch(/is in eu/);
  });
  it('permits it where the profile names the document, and not where only the connection does', () => {
    const asked = { ...global, exception: 'SCC-7' };
    expect(endpointRefusal(asked, eu)).not.toBeNull();
    expect(endpointRefusal(asked, { ...eu, permitted: [exception] })).toBeNull();
    expect(endpointRefusal(global, { ...eu, permitted: [exception] })).not.toBeNull();
    for (const changes of [{ highestSensitivity: 'Internal' as const }, { transferBasis: 'none' as const }])
      expect(endpointRefusal(asked, { ...eu, permitted: [{ ...exception, ...changes }] })).not.toBeNull();
  });
  it('a host that is not Salesforce’s is where the connection says, and refused where it says nothing', () => {
    expect(endpointRefusal({ address: '127.0.0.1:9501', jurisdiction: 'eu' }, eu)).toBeNull();
    expect(endpointRefusal({ address: '127.0.0.1:9501', jurisdiction: 'us' }, eu)).not.toBeNull();
    expect(endpointRefusal({ address: '127.0.0.1:9501' }, eu)).toMatch(/no jurisdiction/);
    expect(endpointRefusal({ ...global, jurisdiction: 'eu' }, eu)).not.toBeNull();
  });
});
