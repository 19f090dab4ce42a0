import { createRequire } from 'node:module';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';

const require = createRequire(import.meta.url);
const path = require.resolve('@cedar-policy/cedar-wasm/nodejs');

/** An engine of its own: Node would answer with the same one again. */
function load(): typeof Cedar {
  delete require.cache[path];
  return require(path) as typeof Cedar;
}

let engine = load();
let engines = 1;

/** The engine that evaluates policies, with its version. */
export const ENGINE = `cedar ${engine.getCedarVersion()}`;

/** How many engines there were so far; what one of them was told, the next does not know. */
export const engineNumber = (): number => engines;

/**
 * Calls the engine; undefined when it throws, as it does at what it cannot read at all. One that has run out of its
 * stack never answers again, to nobody, so another takes its place: no text of one tenant stops the others.
 */
export function withEngine<T>(call: (cedar: typeof Cedar) => T): T | undefined {
  try {
    return call(engine);
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'RuntimeError') {
      engine = load();
      engines++;
    }
    return undefined;
  }
}
