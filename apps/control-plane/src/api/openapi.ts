import { z } from 'zod';
import type { Route } from './route.js';

type Document = Readonly<Record<string, unknown>>;

/** JSON Schema of what comes in, or of what goes out. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): unknown => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const parametersOf = (schema: z.ZodObject | null, place: 'path' | 'query'): readonly unknown[] =>
  Object.entries(schema?.shape ?? {}).map(([name, part]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(part as z.ZodType, undefined).success,
    schema: schemaOf(part as z.ZodType, 'input'),
  }));

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

function operationOf({
  operationId,
  summary,
  params,
  query,
  body,
  answer,
  status,
  conditional,
  method,
}: Route): Document {
  return {
    operationId,
    summary,
    parameters: [
      ...parametersOf(params, 'path'),
      ...parametersOf(query, 'query'),
      ...(conditional
        ? [
            header(
              'If-Match',
              true,
              'ETag of the change as it was read; 412 when it has moved on, 428 without it',
            ),
          ]
        : []),
      ...(method === 'post'
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
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      [status]: {
        description: 'done',
        content: { 'application/json': { schema: schemaOf(answer, 'output') } },
      },
      default: problem('a problem (RFC 9457); `code` says which'),
    },
  };
}

/** The OpenAPI 3.1 document of the routes, from the schemas by which they are checked. */
export function openApi(routes: readonly Route[]): Document {
  const paths: Record<string, Record<string, Document>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bailiwick control-plane',
      version: '1',
      description:
        'Tenants, residency profiles, purposes, policies, pools and catalogs, and the changes by which they change. ' +
        'People sign in with OpenID Connect. SCIM 2.0 is served under /scim/v2 and describes itself there.',
    },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
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
