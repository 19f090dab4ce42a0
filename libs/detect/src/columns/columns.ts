/** What a CRM's metadata and samples say of its fields: all that needs a parser of schemas, which texts do not. */
export { catalogYaml } from './catalog-yaml.js';
export { classifyColumn } from './classify-column.js';
export { NotACrmSchema, readCrmSchema } from './crm-schema.js';
