import { readFileSync } from 'node:fs';
import type { Weights } from './chain.js';
import { TABLE_BITS } from './features.js';
import { LABELS } from './labels.js';

/*
 * The file `data/tagger.bin`: what one unit of the table is worth and the weights of steps as 32-bit floats, then the
 * table as signed bytes. `trainTagger` makes it.
 */
const STEPS = (LABELS + 1) * LABELS;
const TABLE = (1 << TABLE_BITS) * LABELS;
/** Weights beyond this are cut: a byte then still tells a hundredth apart. */
const WEIGHT_MOST = 4;

/** The file for the weights that training found. */
export function modelBytes(table: Float32Array, steps: Float32Array): Uint8Array {
  const unit = WEIGHT_MOST / 127;
  const bytes = new Uint8Array(4 * (1 + STEPS) + TABLE);
  const view = new DataView(bytes.buffer);
  view.setFloat32(0, unit, true);
  for (const [index, value] of steps.entries()) view.setFloat32(4 * (1 + index), value, true);
  for (const [index, value] of table.entries())
    view.setInt8(4 * (1 + STEPS) + index, Math.max(-127, Math.min(127, Math.round(value / unit))));
  return bytes;
}

/** The weights of a file that `modelBytes` made. */
export function weightsOf(bytes: Uint8Array): Weights {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const steps = new Float32Array(STEPS);
  for (let index = 0; index < STEPS; index++) steps[index] = view.getFloat32(4 * (1 + index), true);
  return {
    unit: view.getFloat32(0, true),
    steps,
    table: new Int8Array(bytes.buffer, bytes.byteOffset + 4 * (1 + STEPS), TABLE),
  };
}

let loaded: Weights | undefined;

/** The weights that come with the package, read when a text is first looked at thoroughly. */
export const weights = (): Weights =>
  // The same depth below the package from src and from dist.
  (loaded ??= weightsOf(readFileSync(new URL('../../data/tagger.bin', import.meta.url))));
