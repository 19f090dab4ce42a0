import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { eventId } from '@bailiwick/domain';
import { SILENT, loadConfig, openDatabase, runService } from '@bailiwick/platform';
import {
  fsck,
  leafHash,
  minimumIndex,
  proveConsistency,
  proveInclusion,
  readBundle,
  verifyInclusion,
} from '@bailiwick/tlog';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LineageConfig } from '../config.js';
import { answeredWay } from '../facts.test-kit.js';
import { lineage } from '../lineage.js';
import { LineageKit, ORIGIN } from '../lineage.test-kit.js';
import { LogFolder } from './log-folder.js';
import { LogLedger } from './log-ledger.js';
import { LogRetention } from './log-retention.js';

let kit: LineageKit;
let database: Pool;
beforeAll(async () => {
  kit = await LineageKit.start();
  database = openDatabase(loadConfig(LineageConfig, kit.env));
  kit.atEnd(() => database.end());
});
afterAll(() => kit?.stop());

const read = (path: string): Promise<Uint8Array | null> => kit.logFile(path);

describe('R6 retention of the log', () => {
  const MINUTE = 60_000;
  const retention = (retentionMs: number): LogRetention =>
    new LogRetention({
      ledger: new LogLedger(database, ORIGIN),
      folder: new LogFolder(kit.env['BAILIWICK_LOG_DIR'] ?? ''),
      key: kit.keys.log.verifier,
      retentionMs,
      logger: SILENT,
    });
  const countBefore = async (index: number): Promise<number> => {
    const { rows } = await database.query('SELECT FROM lineage.fact WHERE log_index < $1', [index]);
    return rows.length;
  };
  /** Grows the log to a size at least, and has everything up to now published and accounted for an hour ago. */
  async function agedTo(size: number): Promise<void> {
    const { size: now } = await kit.checkpoint();
    const ways = Array.from({ length: Math.ceil((size - now) / 5) }, () =>
      answeredWay(eventId('atlas', 'log', randomUUID())),
    );
    await kit.facts(ways.flat());
    const { size: grown } = await kit.grownTo(size);
    await database.query(`UPDATE lineage.checkpoint SET signed_at = signed_at - interval '1 hour'`);
    await database.query('UPDATE lineage.log SET swept = $1', [grown]);
  }

  test('takes away entries that are older, in whole bundles, with their facts, and no younger ones', async () => {
    const first = eventId('atlas', 'log', 'once');
    await kit.facts(answeredWay(first));
    await kit.grownTo(5);
    await agedTo(800);
    const head = await kit.checkpoint();
    const kept = Math.floor((head.size - 1) / 256) * 256;
    expect((await kit.ask(`/v1/records/${first}/evidence`)).status).toBe(200);
    const proof = await proveInclusion(read, head.size, 0);
    const [entry] = await readBundle(read, head.size, 0);

    expect(await retention(90 * MINUTE).sweep()).toBe(0);
    expect([await countBefore(kept), (await readBundle(read, head.size, 0)).length]).toEqual([kept, 256]);
    expect(await retention(30 * MINUTE).sweep()).toBe(kept);
    expect([await countBefore(kept), await countBefore(head.size)]).toEqual([0, head.size - kept]);
    expect(await read('tile/entries/000')).toBeNull();
    expect(await minimumIndex(read, head.size)).toBe(kept);
    expect(await fsck(read, head, kept)).toEqual({ ok: true });
    expect((await kit.ask(`/v1/records/${first}/evidence`)).status).toBe(404);
    // What was proved before still is, by who kept the entry: the tree is as it was.
    expect(verifyInclusion(leafHash(entry ?? Buffer.alloc(0)), 0, head, proof)).toMatchObject({ ok: true });
    // Again: there is nothing to do.
    expect(await retention(30 * MINUTE).sweep()).toBe(kept);
  });

  test('and what follows is logged, published and proved as before', async () => {
    const { size } = await kit.checkpoint();
    const id = eventId('atlas', 'log', 'after-retention');
    await kit.facts(answeredWay(id));
    const head = await kit.grownTo(size + 5);
    await vi.waitFor(async () => expect((await kit.ask(`/v1/records/${id}/evidence`)).status).toBe(200));
    const proof = await proveConsistency(read, size, head.size);
    expect(proof.length).toBeGreaterThan(0);
  });

  test('waits for what is not accounted for yet', async () => {
    const { size } = await new LogLedger(database, ORIGIN).keptEdge();
    await agedTo(size + 1000);
    await database.query('UPDATE lineage.log SET swept = $1', [size + 300]);
    expect(await retention(30 * MINUTE).sweep()).toBe(size + 256);
  });

  test('a folder that is lost is made anew from the first entry that is kept', async () => {
    const { size } = await new LogLedger(database, ORIGIN).keptEdge();
    const folder = await mkdtemp('/var/tmp/lineage-log-');
    const env = {
      ...kit.env,
      BAILIWICK_GRPC_PORT: '0',
      BAILIWICK_API_PORT: '0',
      BAILIWICK_LOG_DIR: folder,
    };
    const service = await runService(lineage(env));
    try {
      await vi.waitFor(
        async () => expect((await fetch(`${service.url}/health/ready`)).status).toBe(200),
        10_000,
      );
      const { read: made } = new LogFolder(folder);
      const head = await kit.checkpoint();
      expect(await fsck(made, head, size)).toEqual({ ok: true });
      expect(await made('tile/0/000')).toBeNull();
      expect(await made(`tile/0/${String(size / 256).padStart(3, '0')}`)).toEqual(
        await read(`tile/0/${String(size / 256).padStart(3, '0')}`),
      );
    } finally {
      await service.stop();
      await rm(folder, { recursive: true });
    }
  });

  test('files that a process did not come to are gone with the next sweep', async () => {
    const { size } = await new LogLedger(database, ORIGIN).keptEdge();
    const left = new Map([['tile/entries/000', Buffer.from('left by a process that was killed')]]);
    await new LogFolder(kit.env['BAILIWICK_LOG_DIR'] ?? '').write(left);
    expect(await retention(90 * MINUTE).sweep()).toBe(size);
    expect(await read('tile/entries/000')).toBeNull();
  });
});
