import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LogFolder } from '@bailiwick/lineage';
import {
  EMPTY_EDGE,
  edgeFrontier,
  leafHash,
  proveInclusion,
  verifyInclusion,
  writeTiles,
} from '@bailiwick/tlog';
import { quantile } from '../figures.js';

/** What proofs from a large log on disk take. */
export interface Proving {
  readonly entries: number;
  /** Entries a second that one thread makes into tiles and writes, durably. */
  readonly writtenPerSecond: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

const PAGE = 65_536;
const PROOFS = 2000;

/** Entry `n` of the log: short, since proofs read hashes and no entries. */
const entry = (n: number): Buffer => createHash('sha256').update(String(n)).digest();

/** Inclusion proofs of entries all over a log of `entries` entries, from tiles on disk that no cache of ours holds; each is verified. */
export async function measureProofs(folder: string, entries: number): Promise<Proving> {
  const files = new LogFolder(join(folder, 'large'));
  let edge = EMPTY_EDGE;
  const started = performance.now();
  while (edge.size < entries) {
    const page = Array.from({ length: Math.min(PAGE, entries - edge.size) }, (_, n) => entry(edge.size + n));
    const written = writeTiles(edge, page);
    await files.write(written.files);
    edge = written.edge;
  }
  const writtenPerSecond = (entries * 1000) / (performance.now() - started);
  const head = { size: entries, root: edgeFrontier(edge).root() };
  const times: number[] = [];
  for (let n = 0; n < PROOFS; n++) {
    const index = Math.floor(Math.random() * entries);
    const began = performance.now();
    const proof = await proveInclusion(files.read, entries, index);
    times.push(performance.now() - began);
    if (!verifyInclusion(leafHash(entry(index)), index, head, proof).ok)
      throw new Error(`no proof of entry ${index}`);
  }
  await rm(join(folder, 'large'), { recursive: true });
  return { entries, writtenPerSecond, medianMs: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}
