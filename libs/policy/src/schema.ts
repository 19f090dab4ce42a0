import { readFileSync } from 'node:fs';
import { withEngine } from './engine.js';

/** The text of a file that travels with this package. */
export const assetOf = (file: string): string =>
  readFileSync(new URL(`../policies/${file}`, import.meta.url), 'utf8');

/** What policies may look at, as a Cedar schema. */
export const SCHEMA = assetOf('schema.cedarschema');

const read = withEngine((cedar) => cedar.schemaToJson(SCHEMA));
if (read?.type !== 'success') throw new Error(`the schema cannot be read: ${read?.errors[0]?.message}`);

/** The same, parsed: the validator reads it in a third of the time. */
export const PARSED_SCHEMA = read.json;
