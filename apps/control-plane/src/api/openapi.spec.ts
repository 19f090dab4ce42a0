import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Book } from '../book/book.js';
import { openApi } from './openapi.js';
import { documentedRoutes } from './routes.test-kit.js';

const DOCUMENT = join(import.meta.dirname, '../../../../infra/openapi/control-plane.json');

test('the published document is that of the routes (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(openApi(documentedRoutes(new Book())), null, 2)}\n`).toMatchFileSnapshot(
    DOCUMENT,
  );
});

test('every operation has a name of its own, a sentence, and says what it takes in its path', () => {
  const routes = documentedRoutes(new Book());
  expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length);
  for (const { path, params, summary } of routes) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(Object.keys(params?.shape ?? {})).toEqual(named);
    expect(summary.length).toBeGreaterThan(10);
  }
});
