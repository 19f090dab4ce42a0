import { z } from 'zod';
import type { Route } from './route.js';

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

const header = (name: string, required: boolean, description: string): Document => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
});

const problem = (description: string): Document => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function operationOf(
  components: Components,
  { operationId, summary, params, query, body, answer, status, conditional, secret, method }: Route,
): Document {
  return {
    operationId,
    summary,
    parameters: [
      ...components.parametersOf(params, 'path'),
      ...components.parametersOf(query, 'query'),
      ...(conditional
        ? [
            header(
              'If-Match',
              true,
              'ETag of the change as it was read; 412 when it has moved on, 428 without it',
            ),
          ]
        : []),
      ...(method === 'post' && !secret
        ? [
            header(
              'Idempotency-Key',
              false,
              'the same key again answers what was answered before, and does nothing',
            ),
          ]
        : []),
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
        content: { 'application/json': { schema: components.schemaOf(answer, 'output') } },
      },
      default: problem('a problem (RFC 9457); `code` says which'),
    },
  };
}

/** The OpenAPI 3.1 document of the routes, from the schemas by which they are checked. */
export function openApi(routes: readonly Route[]): Document {
  const components = new Components();
  const paths: Record<string, Record<string, Document>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(components, route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bailiwick control-plane',
      version: '1',
      description:
        'Tenants, residency profiles, purposes, policies, pools and catalogs, and the changes by which they change. ' +
        'People sign in with OpenID Connect. SCIM 2.0 is served under /scim/v2 and describes itself there. ' +
        'Services of cells get credentials on another port, by OAuth 2.0: /.well-known/oauth-authorization-server says how.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
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
