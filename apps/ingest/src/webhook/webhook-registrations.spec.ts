import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BailiwickError, SILENT, type LogFields } from '@bailiwick/platform';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { WebhookFile, WebhookRegistrations } from './webhook-registrations.js';
import { WebhookSecrets } from './webhook-secrets.js';

const OLD = 'old-secret-of-thirty-two-characters';
const NEW = 'new-secret-of-thirty-two-characters';
const folder = mkdtempSync(join(tmpdir(), 'bailiwick-webhook-'));
const [first, second] = [join(folder, 'first'), join(folder, 'second')];

beforeEach(() => {
  writeFileSync(first, `${OLD}\n`);
  rmSync(second, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    return BailiwickError.from(thrown).code;
  }
  return 'none';
};

describe('the secrets of a webhook', () => {
  it('are rotated without a restart: both count, then the new one alone', () => {
    const secrets = new WebhookSecrets([first, second], SILENT, 0);
    expect(secrets.at(999)).toEqual([OLD]);
    writeFileSync(second, NEW);
    expect(secrets.at(999)).toEqual([OLD]);
    expect(secrets.at(1000)).toEqual([OLD, NEW]);
    rmSync(first);
    expect(secrets.at(1999)).toEqual([OLD, NEW]);
    expect(secrets.at(2000)).toEqual([NEW]);
    rmSync(second);
    expect(secrets.at(3000)).toEqual([]);
  });

  it('go on to count while a file is half written, which is told without them', () => {
    const logged: [string, LogFields?][] = [];
    const warn = (...line: [string, LogFields?]): void => void logged.push(line);
    const secrets = new WebhookSecrets([first], { ...SILENT, warn }, 0);
    writeFileSync(first, NEW.slice(0, 12));
    expect(secrets.at(1000)).toEqual([OLD]);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify([logged, BailiwickError.from(logged[0]?.[1]?.error).message])).not.toContain(
      'new-sec',
    );
    writeFileSync(first, NEW);
    expect(secrets.at(2000)).toEqual([NEW]);
  });

  it('must be there, and long, when the process begins', () => {
    expect(codeOf(() => new WebhookSecrets([second], SILENT))).toBe('config-invalid');
    writeFileSync(second, 'short');
    expect(codeOf(() => new WebhookSecrets([first, second], SILENT))).toBe('config-invalid');
  });
});

describe('registrations', () => {
  const hook = { id: 'w1', tenant: 'atlas', purpose: 'case-triage', source: '/crm', secretFile: [first] };
  const registered = (more: object = {}) =>
    new WebhookRegistrations(
      WebhookFile.parse([{ ...hook, ...more }]),
      SILENT,
      () => () => Promise.reject(new Error('nothing is lent here')),
    );

  it('say who sends and for what; without a kind it is the generic signature', () => {
    const webhook = registered().get('w1');
    expect(webhook).toMatchObject({ source: '/crm', producer: { id: 'webhook/w1', tenant: 'atlas' } });
    expect(codeOf(() => registered().get('w2'))).toBe('webhook-unknown');
    expect(codeOf(() => registered({ retired: true, secretFile: [second] }).get('w1'))).toBe(
      'webhook-retired',
    );
  });

  it.each([
    ['an unknown CRM', { kind: 'acme' }],
    ['HubSpot without the account', { kind: 'hubspot', crmObject: 'contact' }],
    ['CloudEvents from anywhere', { kind: 'cloudevents', origins: ['*'] }],
    ['a member that the kind has not', { kind: 'bailiwick', portalId: 1 }],
  ])('refuse %s', (_case, crm) => {
    expect(WebhookFile.safeParse([{ ...hook, crm }]).success).toBe(false);
  });

  it('refuse an id that is there twice', () => {
    expect(WebhookFile.safeParse([hook, { ...hook, tenant: 'other' }]).success).toBe(false);
  });
});
