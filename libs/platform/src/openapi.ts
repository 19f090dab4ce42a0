import { z } from 'zod';

/** A header that an operation takes. */
export interface OperationHeader {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
}

/** One operation of an HTTP API, as far as its document goes: from the schemas by which requests are checked. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** With parameters in braces. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: z.ZodObject | null;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  readonly headers: readonly OperationHeader[];
  readonly answer: z.ZodType;
  /** Media type of the answer. */
  readonly type: string;
  readonly status: number;
}

/** What the document says of the API as a whole. */
export interface ApiDescription {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Security schemes by name; any one of them does. */
  readonly security: Readonly<Record<string, object>>;
}

type Document = Readonly<Record<string, unknown>>;

/** Named schemas of the document, as they are met. */
class Components {
  readonly schemas: Record<string, unknown> = {};

  /** JSON Schema of what comes in, or of what goes out; what has a name is said once, and referred to. */
  schemaOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
    const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    for (const [name, named] of Object.entries($defs)) {
      const known = this.schemas[publicName(name)];
      const referring = refer(named);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(referring))
        throw new Error(`two schemas are named ${name}`);
      this.schemas[publicName(name)] = referring;
    }
    return refer(rest);
  }

  parametersOf(schema: z.ZodObject | null, place: 'path' | 'query'): readonly unknown[] {
    return Object.entries(schema?.shape ?? {}).map(([name, part]) => ({
      name,
      in: place,
      required: place === 'path' || !z.safeParse(part as z.ZodType, undefined).success,
      schema: this.schemaOf(part as z.ZodType, 'input'),
    }));
  }
}

/** zod names the one recursive schema that has no name, any JSON value, by a number. */
const publicName = (name: string): string => (/^__schema\d+$/.test(name) ? 'Json' : name);

/** Points references into the document. */
const refer = (schema: unknown): unknown =>
  JSON.parse(
    JSON.stringify(schema).replaceAll(
      /"\$ref":"#\/\$defs\/([^"]+)"/g,
      (_, name: string) => `"$ref":"#/components/schemas/${publicName(name)}"`,
    ),
  );

const problem = (description: string): Document => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function documentOf(
  components: Components,
  { operationId, summary, params, query, body, headers, answer, type, status }: Operation,
): Document {
  return {
    operationId,
    summary,
    parameters: [
      ...components.parametersOf(params, 'path'),
      ...components.parametersOf(query, 'query'),
      ...headers.map(({ name, ...rest }) => ({ name, in: 'header', ...rest, schema: { type: 'string' } })),
    ],
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: components.schemaOf(body, 'input') } },
      },
    }),
    responses: {
      [status]: {
        description: 'done',
        content: { [type]: { schema: components.schemaOf(answer, 'output') } },
      },
      default: problem('a problem (RFC 9457); `code` says which'),
    },
  };
}

/** The OpenAPI 3.1 document of an API. https://spec.openapis.org/oas/v3.1.0 */
export function openApi({ security, ...info }: ApiDescription, operations: readonly Operation[]): Document {
  const components = new Components();
  const paths: Record<string, Record<string, Document>> = {};
  for (const operation of operations)
    (paths[operation.path] ??= {})[operation.method] = documentOf(components, operation);
  return {
    openapi: '3.1.0',
    info,
    security: Object.keys(security).map((name) => ({ [name]: [] })),
    paths,
    components: {
      securitySchemes: security,
      schemas: {
        ...components.schemas,
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'detail', 'code'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'integer' },
            detail: { type: 'string' },
            code: { type: 'string' },
          },
        },
      },
    },
  };
}
