import type { ControlEntry } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { afterEach, expect, test, vi } from 'vitest';
import { CellPublisher, type ControlTopics } from './cell-publisher.js';
import type { Statement } from './statements.js';

const STATEMENTS: readonly Statement[] = [
  {
    kind: 'cell',
    id: 'eu-central',
    body: {
      region: 'eu-central',
      jurisdiction: 'eu',
      ingestHttp: 'http://127.0.0.1:8080',
      ingestGrpc: '127.0.0.1:8081',
    },
  },
];

/** A cell that can be down, and remembers what it was told. */
class Cell implements ControlTopics {
  down = false;
  attempts = 0;
  readonly told: ControlEntry[] = [];

  async publish(entries: readonly ControlEntry[]): Promise<void> {
    this.attempts++;
    if (this.down) throw new Error('the broker does not answer');
    this.told.push(...entries);
  }
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  get kinds(): readonly string[] {
    return this.told.map(({ kind }) => kind);
  }
}

const publishers: CellPublisher[] = [];
function publisher(cell: Cell): CellPublisher {
  const made = new CellPublisher('eu-central', STATEMENTS, cell, SILENT);
  publishers.push(made);
  return made;
}

afterEach(async () => {
  await Promise.all(publishers.splice(0).map((each) => each.stop()));
});

test('a cell is told everything, the heartbeat last, under growing sequences', async () => {
  const cell = new Cell();
  const publishing = publisher(cell);
  expect(publishing.published).toBe(false);
  await publishing.start();
  await vi.waitFor(() => expect(publishing.published).toBe(true));
  expect(cell.kinds).toEqual(['cell', 'heartbeat']);
  expect(cell.told[1]!.sequence).toBeGreaterThan(cell.told[0]!.sequence);
});

test('a cell that is down is tried again and then told everything; the other cell does not wait', async () => {
  const [down, up] = [new Cell(), new Cell()];
  down.down = true;
  const [waiting, going] = [publisher(down), publisher(up)];
  await Promise.all([waiting.start(), going.start()]);
  await vi.waitFor(() => expect(going.published).toBe(true));
  await vi.waitFor(() => expect(down.attempts).toBeGreaterThan(1));
  expect(waiting.published).toBe(false);
  down.down = false;
  await vi.waitFor(() => expect(waiting.published).toBe(true), 5000);
  expect(down.kinds).toEqual(['cell', 'heartbeat']);
});

test('a publisher that is stopped says nothing more', async () => {
  const cell = new Cell();
  const publishing = publisher(cell);
  await publishing.start();
  await vi.waitFor(() => expect(publishing.published).toBe(true));
  await publishing.stop();
  const said = cell.told.length;
  await new Promise((done) => setTimeout(done, 50));
  expect(cell.told).toHaveLength(said);
});
