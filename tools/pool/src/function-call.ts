import type { JsonSchema } from './json-schema.js';

/** A function of which the model writes a call. */
export interface CalledFunction {
  readonly name: string;
  /** JSON Schema of its arguments, an object. */
  readonly parameters: JsonSchema;
}

/** A call as the model wrote it. */
export interface FunctionCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** The schema under which a model can say nothing but a call of one of the functions. */
export function callSchema(functions: readonly CalledFunction[]): JsonSchema {
  const [first, ...others] = functions;
  if (first && others.length === 0) return first.parameters;
  const calls = functions.map(({ name, parameters }) => ({
    type: 'object',
    properties: { name: { const: name }, arguments: parameters },
    required: ['name', 'arguments'],
    additionalProperties: false,
  }));
  return {
    type: 'object',
    properties: { call: { oneOf: calls } },
    required: ['call'],
    additionalProperties: false,
  };
}

/** Reads what was written under `callSchema`; undefined when the limit of tokens cut it off. */
export function readCall(functions: readonly CalledFunction[], text: string): FunctionCall | undefined {
  const [first, ...others] = functions;
  try {
    const written = JSON.parse(text) as {
      readonly call?: { readonly name: string; readonly arguments: unknown };
    };
    if (first && others.length === 0) return { name: first.name, arguments: text };
    return written.call && { name: written.call.name, arguments: JSON.stringify(written.call.arguments) };
  } catch {
    return undefined;
  }
}
