import { z } from 'zod';
import {
  VendorServer,
  isAuthorised,
  type VendorAnswer,
  type VendorRequest,
} from '../vendor-server.test-kit.js';

interface Ticket {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly custom: ReadonlyMap<number, unknown>;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly updatedAt: number;
  readonly audits: readonly { readonly author: number; readonly at: number }[];
}

const Change = z.object({
  ticket: z.looseObject({
    custom_fields: z.array(z.object({ id: z.int(), value: z.unknown().optional() })).default([]),
    safe_update: z.union([z.boolean(), z.enum(['true', 'false'])]).default(false),
    updated_stamp: z.string().optional(),
  }),
});
const PATH = /^\/api\/v2\/tickets\/(\d+)(\/audits)?(?:\.json)?$/;
const seconds = (at: Date): number => Math.floor(at.getTime() / 1000) * 1000;
const text = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** A fake Zendesk account, by https://developer.zendesk.com/api-reference/ticketing/tickets/tickets. */
export class TestDesk {
  /** User who calls it, and an agent. */
  static readonly user = 100;
  static readonly agent = 200;
  readonly #tickets = new Map<string, Ticket>();

  private constructor(readonly server: VendorServer) {}

  static async start(): Promise<TestDesk> {
    const desk: TestDesk = new TestDesk(
      await VendorServer.start((request): VendorAnswer => desk.#answer(request)),
    );
    return desk;
  }

  change(
    id: string,
    fields: Readonly<Record<string, unknown>>,
    author: number,
    at = new Date(),
    custom: Iterable<readonly [number, unknown]> = [],
  ): void {
    const ticket = this.#tickets.get(id);
    this.#tickets.set(id, {
      fields: { ...ticket?.fields, ...fields },
      custom: new Map([...(ticket?.custom ?? []), ...custom]),
      updatedAt: seconds(at),
      audits: [...(ticket?.audits ?? []), { author, at: seconds(at) }],
    });
  }

  fields(id: string): Readonly<Record<string, unknown>> {
    return this.#tickets.get(id)?.fields ?? {};
  }

  custom(id: string, field: number): unknown {
    return this.#tickets.get(id)?.custom.get(field);
  }

  clear(): void {
    this.#tickets.clear();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  #answer(request: VendorRequest): VendorAnswer {
    if (!isAuthorised(request)) return [401, { error: "Couldn't authenticate you" }];
    const [id = '', audits] = PATH.exec(request.path)?.slice(1) ?? [];
    const ticket = this.#tickets.get(id);
    if (!ticket) return [404, { error: 'RecordNotFound', description: 'Not found' }];
    if (audits !== undefined) return [200, { audits: audited(ticket, request.query.get('sort')) }];
    if (request.method === 'GET') return [200, { ticket: told(id, ticket) }];
    if (request.method !== 'PUT') return [405, { error: 'InvalidEndpoint' }];
    return this.#put(id, ticket, request.body);
  }

  #put(id: string, ticket: Ticket, body: unknown): VendorAnswer {
    const change = Change.safeParse(body).data?.ticket;
    if (!change) return [400, { error: 'Unprocessable', message: 'Server could not parse JSON' }];
    const { custom_fields: custom, safe_update: safe, updated_stamp: stamp, ...fields } = change;
    if (ticket.fields['status'] === 'closed') {
      const details = { status: [{ description: 'Status: closed prevents ticket update' }] };
      return [422, { error: 'RecordInvalid', description: 'Record validation errors', details }];
    }
    if (String(safe) === 'true' && Date.parse(stamp ?? '') !== ticket.updatedAt)
      return [409, { error: 'UpdateConflict', description: 'Safe Update prevented the update' }];
    this.change(
      id,
      fields,
      TestDesk.user,
      new Date(),
      custom.map(({ id: field, value }) => [field, value] as const),
    );
    const changed = this.#tickets.get(id);
    return [200, { ticket: changed && told(id, changed), audit: {} }];
  }
}

const told = (id: string, { fields, custom, updatedAt }: Ticket): object => ({
  ...fields,
  id: Number(id),
  updated_at: text(updatedAt),
  custom_fields: [...custom].map(([field, value]) => ({ id: field, value })),
});

function audited({ audits }: Ticket, sort: string | null): readonly object[] {
  const told = audits.map(({ author, at }, index) => ({
    id: index,
    author_id: author,
    created_at: text(at),
  }));
  return sort === '-created_at' ? told.toReversed() : told;
}
