import { openApi as documentOf, type OperationHeader } from '@bailiwick/platform';
import type { Route } from './route.js';

const IF_MATCH: OperationHeader = {
  name: 'If-Match',
  required: true,
  description: 'ETag of the change as it was read; 412 when it has moved on, 428 without it',
};

const IDEMPOTENCY_KEY: OperationHeader = {
  name: 'Idempotency-Key',
  required: false,
  description: 'the same key again answers what was answered before, and does nothing',
};

/** The OpenAPI 3.1 document of the routes, from the schemas by which they are checked. */
export const openApi = (routes: readonly Route[]): object =>
  documentOf(
    {
      title: 'Bailiwick control-plane',
      version: '1',
      description:
        'Tenants, residency profiles, purposes, policies, pools and catalogs, and the changes by which they change. ' +
        'People sign in with OpenID Connect. SCIM 2.0 is served under /scim/v2 and describes itself there. ' +
        'Services of cells get credentials on another port, by OAuth 2.0: /.well-known/oauth-authorization-server says how.',
      security: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    routes.map((route) => ({
      ...route,
      type: 'application/json',
      headers: [
        ...(route.conditional ? [IF_MATCH] : []),
        ...(route.method === 'post' && !route.secret ? [IDEMPOTENCY_KEY] : []),
      ],
    })),
  );
