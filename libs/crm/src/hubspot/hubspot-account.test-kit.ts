import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  VendorServer,
  isAuthorised,
  type VendorAnswer,
  type VendorRequest,
} from '../vendor-server.test-kit.js';

interface Version {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType: string;
  readonly sourceId: string;
}

const Change = z.object({ properties: z.record(z.string(), z.string()) });
const PATH = /^\/crm\/v3\/objects\/([^/]+)\/([^/]+)$/;
const problem = (category: string, more: object = {}): object => ({
  status: 'error',
  message: 'Ada Lovelace is quoted here',
  correlationId: randomUUID(),
  category,
  ...more,
});

/** A fake HubSpot account with tickets of three properties, by https://developers.hubspot.com/docs/api-reference/crm-objects-v3. */
export class TestAccount {
  /** Id of the app that calls it. */
  static readonly app = '4711';
  static readonly properties = ['subject', 'hs_ticket_priority', 'external_id'];
  readonly #tickets = new Map<string, Map<string, Version[]>>();
  readonly server: VendorServer;

  private constructor(server: VendorServer) {
    this.server = server;
  }

  static async start(): Promise<TestAccount> {
    const account: TestAccount = new TestAccount(
      await VendorServer.start((request): VendorAnswer => account.#answer(request)),
    );
    return account;
  }

  /** Changes a ticket as an app, or as somebody in the user interface. */
  change(
    id: string,
    properties: Readonly<Record<string, string>>,
    app: string | null,
    at = new Date(),
  ): void {
    const ticket = this.#tickets.get(id) ?? new Map<string, Version[]>();
    this.#tickets.set(id, ticket);
    for (const [name, value] of Object.entries(properties))
      ticket.set(name, [
        {
          value,
          timestamp: at.toISOString(),
          sourceType: app === null ? 'CRM_UI' : 'INTEGRATION',
          sourceId: app ?? 'userId:12',
        },
        ...(ticket.get(name) ?? []),
      ]);
  }

  /** Newest values of a ticket. */
  properties(id: string): Readonly<Record<string, string>> {
    const ticket = [...(this.#tickets.get(id) ?? [])];
    return Object.fromEntries(ticket.map(([name, versions]) => [name, versions[0]?.value ?? '']));
  }

  /** Forgets all tickets. */
  clear(): void {
    this.#tickets.clear();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  #answer(request: VendorRequest): VendorAnswer {
    if (!isAuthorised(request)) return [401, problem('INVALID_AUTHENTICATION')];
    const [type, given] = PATH.exec(request.path)?.slice(1).map(decodeURIComponent) ?? [];
    if (type !== 'tickets' || given === undefined) return [404, problem('OBJECT_NOT_FOUND')];
    const key = request.query.get('idProperty');
    const id =
      key === null ? given : [...this.#tickets.keys()].find((each) => this.properties(each)[key] === given);
    if (id === undefined || !this.#tickets.has(id)) return [404, problem('OBJECT_NOT_FOUND')];
    if (request.method === 'GET') return [200, this.#told(id, request.query)];
    if (request.method !== 'PATCH') return [405, problem('METHOD_NOT_ALLOWED')];
    const change = Change.safeParse(request.body).data;
    if (!change) return [400, problem('VALIDATION_ERROR')];
    const unknown = Object.keys(change.properties).filter((name) => !TestAccount.properties.includes(name));
    if (unknown.length > 0) {
      const errors = unknown.map((name) => ({
        message: `Property "${name}" does not exist`,
        code: 'PROPERTY_DOESNT_EXIST',
        context: { propertyName: [name] },
      }));
      return [400, problem('VALIDATION_ERROR', { errors })];
    }
    this.change(id, change.properties, TestAccount.app);
    return [200, this.#told(id, request.query)];
  }

  #told(id: string, query: URLSearchParams): object {
    const asked = (name: string): readonly string[] =>
      query.getAll(name).flatMap((names) => names.split(','));
    const ticket = this.#tickets.get(id);
    const now = this.properties(id);
    const at = new Date().toISOString();
    return {
      id,
      properties: Object.fromEntries(asked('properties').map((name) => [name, now[name] ?? null])),
      propertiesWithHistory: Object.fromEntries(
        asked('propertiesWithHistory').map((name) => [name, ticket?.get(name) ?? []]),
      ),
      createdAt: at,
      updatedAt: at,
      archived: false,
    };
  }
}
