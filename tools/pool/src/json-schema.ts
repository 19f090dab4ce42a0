/** A JSON schema, as far as it is looked at before a grammar is made of it. */
export type JsonSchema = { readonly [keyword: string]: unknown };
