import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';
import { parseAs } from '../crm-webhook-body.js';

/** `/Date(<milliseconds>[±hhmm])/`: the offset says how it was shown, not when it was. */
const DATE = /^\/Date\((-?\d{1,15})([+-]\d{4})?\)\/$/;
const SerialisedDate = z
  .string()
  .regex(DATE)
  .transform((text) => new Date(Number(DATE.exec(text)?.[1])));

const Attributes = z.array(z.object({ key: z.string().min(1).max(128), value: z.unknown() }));
const Entity = z.looseObject({ Attributes });

/**
 * The part of a RemoteExecutionContext that is used.
 * https://learn.microsoft.com/power-apps/developer/data-platform/use-webhooks
 */
const ExecutionContext = z.looseObject({
  MessageName: z.string().min(1).max(256),
  PrimaryEntityName: z.string().min(1).max(128),
  PrimaryEntityId: z.guid(),
  InitiatingUserId: z.guid(),
  OperationId: z.guid(),
  OperationCreatedOn: SerialisedDate,
  InputParameters: z.array(z.object({ key: z.string(), value: z.unknown() })).nullish(),
  PostEntityImages: z.array(z.object({ key: z.string(), value: Entity })).nullish(),
});
const MEMBERS = Object.keys(ExecutionContext.shape);

/** What a step of Dataverse tells. */
export interface Execution {
  /** `Create`, `Update`, `Delete`, … */
  readonly message: string;
  readonly entity: string;
  readonly recordId: string;
  readonly user: string;
  readonly operationId: string;
  readonly at: Date;
  /** Columns that were written, over those of the images after the operation; null where the context holds no row. */
  readonly fields: Readonly<Record<string, unknown>> | null;
}

/** Reads an execution context. Throws `event-invalid`. */
export function readExecution(value: unknown): Execution {
  const context = parseAs(ExecutionContext, value, MEMBERS);
  const target = Entity.safeParse(context.InputParameters?.find(({ key }) => key === 'Target')?.value);
  const images = (context.PostEntityImages ?? []).map((image) => image.value);
  const columns = [...images, ...(target.success ? [target.data] : [])].flatMap(
    ({ Attributes: each }) => each,
  );
  const fields = Object.fromEntries(columns.map(({ key, value: column }) => [key, plain(column, 1)]));
  return {
    message: context.MessageName,
    entity: context.PrimaryEntityName,
    recordId: context.PrimaryEntityId.toLowerCase(),
    user: context.InitiatingUserId.toLowerCase(),
    operationId: context.OperationId.toLowerCase(),
    at: context.OperationCreatedOn,
    fields: target.success ? fields : null,
  };
}

/** Deeper nesting is no row; it would only exhaust whoever walks it. */
const MAX_DEPTH = 32;

/** A value without what .NET's serialiser adds to it: dates as RFC 3339, money and choices as numbers, no `__type`. */
function plain(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH)
    throw new BailiwickError('event-invalid', `the row is nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value === 'string') {
    const date = SerialisedDate.safeParse(value);
    return date.success && Number.isFinite(date.data.getTime()) ? date.data.toISOString() : value;
  }
  if (Array.isArray(value)) return value.map((each) => plain(each, depth + 1));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== '__type');
  const type: unknown = '__type' in value ? value.__type : undefined;
  if (typeof type === 'string' && /^(OptionSetValue|Money):/.test(type) && 'Value' in value)
    return value.Value;
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member, depth + 1)]));
}
