import { z } from 'zod';
import type { JsonObject } from './json.js';
import type { Purpose } from './purpose.js';

const Declared = z.object({ properties: z.record(z.string(), z.unknown()) });
const Enumerated = z.object({ enum: z.array(z.unknown()) });

/**
 * Output fields that may appear in analytics: those that the purpose declares as facets, when the schema lists their
 * possible values and the answer is one of them. Free text can never become a facet.
 */
export function facetsOf({ schema, facets }: Purpose['output'], output: JsonObject): Record<string, string> {
  const properties = Declared.safeParse(schema).data?.properties ?? {};
  const allowed = facets.flatMap((name) => {
    const value = Object.hasOwn(output, name) ? output[name] : undefined;
    const values = Object.hasOwn(properties, name)
      ? Enumerated.safeParse(properties[name]).data?.enum
      : undefined;
    return typeof value === 'string' && values?.includes(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(allowed);
}

/** Names of the answer's fields as far as the schema declares them; a name that the model chose is not told. */
export function declaredFields({ schema }: Purpose['output'], output: JsonObject): string[] {
  const properties = Declared.safeParse(schema).data?.properties ?? {};
  return Object.keys(output).filter((name) => Object.hasOwn(properties, name));
}
