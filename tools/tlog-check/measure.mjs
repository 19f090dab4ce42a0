// Measures libs/tlog on this machine: node tools/tlog-check/measure.mjs [entries, default 1000000]. Needs `npm run build`.
// Entries are 300 bytes. The tiles of hashes go to a folder in the temporary directory; bundles are made but not kept.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  edgeFrontier,
  EMPTY_EDGE,
  leafHash,
  proveConsistency,
  proveInclusion,
  TILE_WIDTH,
  tilePath,
  verifyConsistency,
  verifyInclusion,
  writeTiles,
} from '../../libs/tlog/dist/index.js';

const size = Number(process.argv[2] ?? 1_000_000);
const batch = 1000;
const folder = mkdtempSync(join(tmpdir(), 'tlog-'));
const entry = (n) => {
  const bytes = Buffer.alloc(300, 'entry');
  bytes.writeDoubleBE(n);
  return bytes;
};
const keep = (path, bytes) => {
  const file = join(folder, path);
  if (!existsSync(dirname(file))) mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
};
const read = async (path) => readFile(join(folder, path)).catch(() => null);

try {
  let edge = EMPTY_EDGE;
  let writing = 0;
  let older;
  while (edge.size < size) {
    const entries = Array.from({ length: Math.min(batch, size - edge.size) }, (_, n) => entry(edge.size + n));
    const started = performance.now();
    const written = writeTiles(edge, entries);
    writing += performance.now() - started;
    edge = written.edge;
    for (const [path, bytes] of written.files)
      if (!path.includes('.p/') && !path.includes('entries')) keep(path, bytes);
    if (!older && edge.size >= size / 3) older = { size: edge.size, root: edgeFrontier(edge).root() };
  }
  for (const [level, tile] of edge.tiles.entries()) {
    const index = Math.floor(size / TILE_WIDTH ** (level + 1));
    if (tile.length > 0) keep(tilePath({ level, index, width: tile.length / 32 }), tile);
  }
  const head = { size, root: edgeFrontier(edge).root() };
  console.log(`writing in batches of ${batch}: ${Math.round((size / writing) * 1000)} entries/s`);

  const proofs = 2000;
  const times = { prove: [], verify: [], consistency: [] };
  for (let n = 0; n < proofs; n += 1) {
    const index = Math.floor((n * 0.618034 * size) % size);
    let started = performance.now();
    const proof = await proveInclusion(read, size, index);
    times.prove.push(performance.now() - started);
    started = performance.now();
    if (!verifyInclusion(leafHash(entry(index)), index, head, proof).ok) throw new Error(`entry ${index}`);
    times.verify.push(performance.now() - started);
  }
  for (let n = 0; n < 200; n += 1) {
    const started = performance.now();
    const proof = await proveConsistency(read, older.size, size);
    times.consistency.push(performance.now() - started);
    if (!verifyConsistency(older, head, proof).ok) throw new Error('consistency');
  }
  for (const [what, all] of Object.entries(times)) {
    all.sort((a, b) => a - b);
    const at = (part) => all[Math.floor(all.length * part)].toFixed(3);
    console.log(`${what}, ${size} entries on disk: median ${at(0.5)} ms, p99 ${at(0.99)} ms`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
