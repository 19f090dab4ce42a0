import { BailiwickError } from '@bailiwick/platform';
import { JsonObject, type Purpose } from '@bailiwick/domain';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** Compiling a schema costs milliseconds, so it is done once for each version of a purpose. */
const compiled = new WeakMap<Purpose, ValidateFunction>();

function validatorOf(purpose: Purpose): ValidateFunction {
  const known = compiled.get(purpose);
  if (known) return known;
  try {
    // A compiler of its own, so that the `$id` of one purpose's schema never meets another's.
    const validator = new Ajv2020({ strict: false, validateFormats: false }).compile(purpose.output.schema);
    compiled.set(purpose, validator);
    return validator;
  } catch (cause) {
    throw new BailiwickError('output-invalid', "the purpose's output schema is not a JSON schema", { cause });
  }
}

/** Parses an answer against its purpose's schema. Throws `output-invalid`, which tells nothing of the answer. */
export function parseOutput(purpose: Purpose, content: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new BailiwickError('output-invalid', 'the answer is not JSON');
  }
  return checkOutput(purpose, value);
}

/** Holds a value against its purpose's schema. Throws `output-invalid`, which tells nothing of it. */
export function checkOutput(purpose: Purpose, value: unknown): JsonObject {
  const validate = validatorOf(purpose);
  if (!validate(value))
    throw new BailiwickError('output-invalid', "the answer does not satisfy the purpose's schema");
  const output = JsonObject.safeParse(value);
  if (!output.success) throw new BailiwickError('output-invalid', 'the answer is not a JSON object');
  return output.data;
}
