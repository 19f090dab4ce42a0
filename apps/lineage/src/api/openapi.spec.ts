import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lineageOpenApi } from './openapi.js';
import { routesOf, type RouteParts } from './routes.js';

const DOCUMENT = join(import.meta.dirname, '../../../../infra/openapi/lineage.json');
/** As they are described and not served: of nothing that could be read. */
const routes = routesOf({} as RouteParts);

test('the published document is that of the routes (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(lineageOpenApi(routes), null, 2)}\n`).toMatchFileSnapshot(DOCUMENT);
});

describe('every operation', () => {
  test('has a name of its own and a sentence, and says what it takes in its path', () => {
    expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length);
    for (const { path, params, summary } of routes) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(Object.keys(params?.shape ?? {})).toEqual(named);
      expect(summary.length).toBeGreaterThan(10);
    }
  });
});
