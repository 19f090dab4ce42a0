import { type Llama, type LlamaGrammar, LlamaJsonSchemaGrammar } from 'node-llama-cpp';
import { ApiError } from './api-error.js';
import type { JsonSchema } from './json-schema.js';

/** Keywords that the grammar enforces, and those that only describe. */
const known = new Set(
  (
    '$schema $id $ref $defs title description default examples type enum const oneOf properties required ' +
    'additionalProperties minProperties maxProperties items prefixItems minItems maxItems minLength maxLength format'
  ).split(' '),
);

/** Schemas come from purposes, of which there are few; the bound is against a client that sends ever new ones. */
const cachedAtMost = 64;

/** Turns JSON schemas into grammars, and remembers them. */
export class Grammars {
  readonly #cache = new Map<string, LlamaGrammar>();

  constructor(private readonly llama: Llama) {}

  /** The grammar of a schema. A keyword that it could not enforce is refused, never silently weaker. */
  of(schema: JsonSchema): LlamaGrammar {
    const key = JSON.stringify(schema);
    const cached = this.#cache.get(key);
    if (cached) return cached;
    if (schema['type'] !== 'object') throw invalidSchema('The root of the JSON schema must be an object.');
    refuseUnknownKeywords(schema);
    const grammar = this.#create(schema);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size >= cachedAtMost && oldest !== undefined) this.#cache.delete(oldest);
    this.#cache.set(key, grammar);
    return grammar;
  }

  #create(schema: JsonSchema): LlamaGrammar {
    try {
      return new LlamaJsonSchemaGrammar(this.llama, schema as { readonly type: 'object' });
    } catch {
      throw invalidSchema('No grammar can be made of the JSON schema.');
    }
  }
}

function refuseUnknownKeywords(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  const unknown = Object.keys(schema).filter((keyword) => !known.has(keyword));
  if (unknown.length > 0) throw invalidSchema(`Unsupported JSON schema keyword: ${unknown.join(', ')}.`);
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'properties' || keyword === '$defs')
      Object.values(value as object).forEach(refuseUnknownKeywords);
    if (keyword === 'items' || keyword === 'additionalProperties') refuseUnknownKeywords(value);
    if (keyword === 'oneOf' || keyword === 'prefixItems') (value as unknown[]).forEach(refuseUnknownKeywords);
  }
}

function invalidSchema(message: string): ApiError {
  return new ApiError(400, 'invalid_request_error', 'invalid_json_schema', message);
}
