import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES } from '@bailiwick/contracts';
import { erasureKey, eventId, type CellSpec, type ErasureOrder } from '@bailiwick/domain';
import { emit, type ControlReader, type DurableWriter } from '@bailiwick/kafka';
import type { Logger, Runnable } from '@bailiwick/platform';

/** Who asks, where the control-plane does. */
export const CONTROL_PLANE_ASKS = 'control-plane';
const LOOK_AGAIN_MS = 5_000;

/** What orders are passed on with. */
export interface OrderParts {
  readonly cell: CellSpec;
  readonly control: Pick<ControlReader, 'ready' | 'all' | 'get' | 'onChange'>;
  readonly writer: Pick<DurableWriter, 'write'>;
  /** Topic of erasure requests. */
  readonly topic: string;
  /** Those of the requests that were carried out. */
  readonly done: (requests: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly logger: Logger;
}

/**
 * Passes the control-plane's orders on as requests, each until it was carried out: an order that was passed on twice is one erasure,
 * since its request has one id.
 */
export class ErasureOrders implements Runnable {
  readonly #stopping = new AbortController();
  readonly #passedOn = new Set<string>();
  #wake: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(private readonly parts: OrderParts) {}

  start(): Promise<void> {
    this.parts.control.onChange(() => this.#wake());
    this.#loop = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const { promise: woken, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await this.#passOn().catch((error: unknown) =>
        this.parts.logger.warn('orders of erasure were not passed on; they are again', { error }),
      );
      const pause = sleep(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      await Promise.race([pause, woken]);
    }
  }

  async #passOn(): Promise<void> {
    const { cell, control, done } = this.parts;
    if (!control.ready) return;
    const orders = new Map(
      control
        .all('erasure')
        .filter(({ tenant }) => (control.get('profile', tenant)?.homeRegion ?? cell.region) === cell.region)
        .map((order) => [requestOf(order), order]),
    );
    const open = [...orders.keys()].filter((id) => !this.#passedOn.has(id));
    if (open.length === 0) return;
    const carriedOut = await done(open);
    for (const id of open) {
      const order = orders.get(id);
      if (order && !carriedOut.has(id)) await this.#write(id, order);
      this.#passedOn.add(id);
    }
  }

  async #write(id: string, { tenant, subject, id: order }: ErasureOrder): Promise<void> {
    const { writer, topic } = this.parts;
    const now = new Date();
    const whom = { tenant, object: '', subject: subject ?? '' };
    const message = {
      eventId: id,
      ...whom,
      source: CONTROL_PLANE_ASKS,
      producer: CONTROL_PLANE_ASKS,
      requestedAt: now,
      receivedAt: now,
      order,
    };
    await writer.write({
      attributes: { eventId: id, purpose: 'erasure', ...whom },
      classification: 'Internal',
      outcomes: [emit({ topic, type: EVENT_TYPES.erasure, message, fact: null })],
      traceparent: null,
    });
  }
}

/** Id of the request that an order is passed on as. */
export const requestOf = ({ tenant, id }: Pick<ErasureOrder, 'tenant' | 'id'>): string =>
  eventId(tenant, CONTROL_PLANE_ASKS, erasureKey(tenant, id));
