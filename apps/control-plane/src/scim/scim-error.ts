/** Error types of RFC 7644, 3.12, that occur here. */
export type ScimType =
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'mutability'
  | 'noTarget'
  | 'uniqueness';

/** A refusal in SCIM's own form; the detail never quotes a value. */
export class ScimError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly scimType?: ScimType,
    /** Ids that were named and are not of the bearer's tenant; they may be of another. */
    readonly named: readonly string[] = [],
  ) {
    super(detail);
  }

  /** The body that is answered. */
  toJSON(): object {
    const { status, detail, scimType } = this;
    return {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
      status: String(status),
      detail,
      ...(scimType !== undefined && { scimType }),
    };
  }
}

/** What somebody asks for is not of the bearer's tenant, or is nowhere. */
export const notFound = (...named: readonly string[]): ScimError =>
  new ScimError(404, 'there is no such resource', undefined, named);
