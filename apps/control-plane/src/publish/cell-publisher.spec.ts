import type { ControlEntry } from '@bailiwick/contracts';
import { SILENT } from '@bailiwick/platform';
import { afterEach, expect, test, vi } from 'vitest';
import { CellPublisher, type ControlTopics, type InForce } from './cell-publisher.js';
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

/** What is in force, changed by a test. */
class Said implements InForce {
  known: readonly Statement[] | null = STATEMENTS;
  #listeners: (() => void)[] = [];

  async statements(): Promise<readonly Statement[]> {
    if (!this.known) throw new Error('the store does not answer');
    return this.known;
  }
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
  change(known: readonly Statement[] | null): void {
    this.known = known;
    for (const listener of this.#listeners) listener();
  }
}

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
function publisher(cell: Cell, said = new Said()): CellPublisher {
  const made = new CellPublisher('eu-central', said, cell, SILENT);
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

test('what changes is told at once, and nothing else again; what is retired is removed', async () => {
  const [cell, said] = [new Cell(), new Said()];
  const publishing = publisher(cell, said);
  await publishing.start();
  await vi.waitFor(() => expect(publishing.published).toBe(true));
  const gone: Statement = { kind: 'policy', id: 'atlas', body: null };
  said.change([...STATEMENTS, { ...gone, body: { tenant: 'atlas', version: 1, text: '' } }]);
  await vi.waitFor(() => expect(cell.kinds).toEqual(['cell', 'heartbeat', 'policy', 'heartbeat']));
  said.change([...STATEMENTS, gone]);
  await vi.waitFor(() => expect(cell.told.at(-2)).toMatchObject(gone));
});

test('while nobody knows what is in force, no cell hears that the control-plane lives', async () => {
  const [cell, said] = [new Cell(), new Said()];
  said.known = null;
  const publishing = publisher(cell, said);
  await publishing.start();
  await new Promise((done) => setTimeout(done, 400));
  expect(cell.told).toEqual([]);
  said.change(STATEMENTS);
  await vi.waitFor(() => expect(cell.kinds).toEqual(['cell', 'heartbeat']), 5000);
});
