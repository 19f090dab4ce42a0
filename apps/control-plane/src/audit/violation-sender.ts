import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, topicNames } from '@bailiwick/contracts';
import type { CellSpec } from '@bailiwick/domain';
import { DurableWriter, emit, type Cluster } from '@bailiwick/kafka';
import type { Logger, Runnable } from '@bailiwick/platform';
import type pg from 'pg';

const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

interface Row {
  readonly seq: string;
  readonly violation_id: string;
  readonly tenant: string;
  readonly code: string;
  readonly detail: string;
  readonly at: Date;
}

/**
 * Writes the violations that wait for one cell to its topic, and forgets each when the cell has it. One that was
 * written and not yet forgotten when the process ended is written again under the same id, and lineage keeps it once.
 */
export class ViolationSender implements Runnable {
  readonly #writer: DurableWriter;
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly cell: CellSpec,
    cluster: Cluster,
    private readonly database: pg.Pool,
    private readonly logger: Logger,
  ) {
    this.#writer = new DurableWriter(cluster, cell);
  }

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#writer.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.#sendAll();
        failures = 0;
      } catch (error) {
        if (failures++ === 0) this.logger.warn('violations wait for a cell that cannot be told', { error });
      }
      await sleep(Math.min(PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  async #sendAll(): Promise<void> {
    const { rows } = await this.database.query<Row>(
      'SELECT * FROM control.violation WHERE region = $1 ORDER BY seq LIMIT 100',
      [this.cell.region],
    );
    await Promise.all(rows.map((row) => this.#send(row)));
    if (rows.length > 0)
      await this.database.query('DELETE FROM control.violation WHERE seq = ANY($1)', [
        rows.map(({ seq }) => seq),
      ]);
  }

  #send({ violation_id: violationId, tenant, code, detail, at }: Row): Promise<void> {
    const { region, jurisdiction } = this.cell;
    const message = {
      violationId,
      eventId: '',
      tenant,
      code,
      service: 'control-plane',
      region,
      jurisdiction,
      at,
      traceId: '',
      detail,
    };
    return this.#writer.write({
      attributes: { eventId: violationId, tenant, purpose: '', object: '', subject: '' },
      classification: 'Internal',
      outcomes: [
        emit({ topic: topicNames(jurisdiction).violation, type: EVENT_TYPES.violation, message, fact: null }),
      ],
      traceparent: null,
    });
  }
}
