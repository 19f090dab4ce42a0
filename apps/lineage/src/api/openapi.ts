import { openApi, type Operation } from '@bailiwick/platform';

/** The OpenAPI 3.1 document of what lineage serves over HTTPS. */
export const lineageOpenApi = (operations: readonly Operation[]): object =>
  openApi(
    {
      title: 'Bailiwick lineage',
      version: '1',
      description:
        'Histories of the records of a cell, their evidence, and the registers of transfers, erasures and violations. Nothing of it is personal data. ' +
        'An access token for urn:bailiwick:lineage with the scopes lineage:read and tenant:<tenant> reads that tenant: what is of others is ' +
        'unknown to it. The certificate of an administrator of the mesh reads every tenant.',
      security: {
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        administrator: { type: 'mutualTLS' },
      },
    },
    operations,
  );
