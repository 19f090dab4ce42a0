import type { CrmObject } from './column.js';
import { dataverseObject } from './dataverse.js';
import { hubspotObject } from './hubspot.js';
import { salesforceObject } from './salesforce.js';

/** A file is not a CRM's description of an object. */
export class NotACrmSchema extends Error {
  override readonly name = 'NotACrmSchema';
}

/**
 * Reads what a CRM's metadata interface gives for one object: Salesforce (Tooling API FieldDefinition rows, or describe), HubSpot
 * (properties) or Dataverse (EntityDefinitions with Attributes). Throws `NotACrmSchema`.
 */
export function readCrmSchema(json: unknown): CrmObject {
  const object = salesforceObject(json) ?? hubspotObject(json) ?? dataverseObject(json);
  if (object) return object;
  throw new NotACrmSchema(
    'this is neither FieldDefinition rows or a describe of Salesforce, nor properties of HubSpot, nor an EntityDefinition of Dataverse',
  );
}
