import { GROUP, USER } from './resources.js';

const attribute = (name: string, type: string, rest: object = {}): object => ({
  name,
  type,
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...rest,
});

/** What a directory may use here (RFC 7643, 5). */
export const SERVICE_PROVIDER_CONFIG = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: 200 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'Bearer',
      description:
        'A bearer that the security of one tenant has made; it provisions into that tenant and no other.',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: '/scim/v2/ServiceProviderConfig' },
};

const resourceType = (name: string, endpoint: string, schema: string): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
  id: name,
  name,
  endpoint,
  schema,
  meta: { resourceType: 'ResourceType', location: `/scim/v2/ResourceTypes/${name}` },
});

/** Users and groups, by id. */
export const RESOURCE_TYPES: Readonly<Record<string, object>> = {
  User: resourceType('User', '/Users', USER),
  Group: resourceType('Group', '/Groups', GROUP),
};

const schema = (id: string, name: string, description: string, attributes: readonly object[]): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
  id,
  name,
  description,
  attributes,
  meta: { resourceType: 'Schema', location: `/scim/v2/Schemas/${id}` },
});

/** What is kept of users and groups, by the id of the schema. What is not here is not kept. */
export const SCHEMAS: Readonly<Record<string, object>> = {
  [USER]: schema(USER, 'User', 'A person of the tenant', [
    attribute('userName', 'string', { required: true, uniqueness: 'server' }),
    attribute('externalId', 'string', {
      caseExact: true,
      description: 'What the OpenID provider calls the person (claim sub); userName where it is absent.',
    }),
    attribute('displayName', 'string'),
    attribute('name', 'complex', { subAttributes: [attribute('formatted', 'string')] }),
    attribute('active', 'boolean'),
    attribute('groups', 'complex', {
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [attribute('value', 'string'), attribute('display', 'string')],
    }),
  ]),
  [GROUP]: schema(GROUP, 'Group', 'A group of people; one that is named as a role gives it to its members', [
    attribute('displayName', 'string', { required: true, uniqueness: 'server' }),
    attribute('externalId', 'string', { caseExact: true }),
    attribute('members', 'complex', {
      multiValued: true,
      subAttributes: [attribute('value', 'string'), attribute('display', 'string')],
    }),
  ]),
};
