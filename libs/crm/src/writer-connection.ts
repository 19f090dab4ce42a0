import { z } from 'zod';

/** What a connection of every kind of CRM says. */
export const WriterConnection = z.strictObject({
  /** What a purpose names as its write-back target. */
  name: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  /** Base address, `https` only. */
  url: z.url({ protocol: /^https$/ }),
  /** How long one request may take, in milliseconds. */
  timeoutMs: z.int().positive().default(10_000),
  /** Whether a record that others changed since the mesh received it is left as it is, as a conflict. */
  unmodifiedSince: z.boolean().default(false),
});
export type WriterConnection = z.infer<typeof WriterConnection>;

/** Where a CRM keeps the records of a purpose's object, and by what it knows them. */
export const ObjectAddress = z.strictObject({
  /** The CRM's own name of the object, where a purpose calls it by another. */
  as: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/)
    .optional(),
  /** Field that holds the record's id, where it is not the CRM's own. */
  key: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/)
    .optional(),
  /** Whether a record that is not there is made; needs `key`. */
  create: z.boolean().default(false),
});
export type ObjectAddress = z.infer<typeof ObjectAddress>;

/** Addresses by the object that purposes name; an object that is not named is called as it is, by the CRM's own ids. */
export const ObjectAddresses = z
  .record(z.string().min(1), ObjectAddress)
  .refine((all) => Object.values(all).every(({ create, key }) => !create || key !== undefined), {
    message: 'create needs key: the CRM chooses its own ids itself',
  })
  .default({});
export type ObjectAddresses = z.infer<typeof ObjectAddresses>;

/** Address of a purpose's object. */
export const addressOf = (
  addresses: ObjectAddresses,
  object: string,
): { readonly name: string; readonly key: string | null; readonly create: boolean } => {
  const address = Object.hasOwn(addresses, object) ? addresses[object] : undefined;
  return { name: address?.as ?? object, key: address?.key ?? null, create: address?.create ?? false };
};
