import type { z } from 'zod';
import type { Db } from '../db.js';
import type { Caller } from '../people/caller.js';

/** One call of a route, with everything that came from outside parsed. */
export interface Call<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The call's transaction: it commits when the handler resolves, and takes everything back when it throws. */
  readonly db: Db;
  /** Revision that `If-Match` names; 0 for a route that is not conditional. */
  readonly revision: number;
}

/** What a handler answers. */
export interface Answer<Body> {
  readonly body: Body;
  /** What `If-Match` names to act on just this. */
  readonly revision?: number;
  /** Path of what was made. */
  readonly location?: string;
}

/** One operation of the API: all that is checked, documented and served comes from this. */
export interface Route {
  readonly method: 'get' | 'post';
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: z.ZodObject | null;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType;
  readonly status: 200 | 201;
  /** Takes `If-Match`: 428 without it, 412 when it names another revision. */
  readonly conditional: boolean;
  /** Its answer holds a secret, which is kept nowhere: such an answer cannot be given again. */
  readonly secret: boolean;
  readonly handle: (call: Call<unknown, unknown, unknown>) => Promise<Answer<unknown>>;
}

type Out<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

/** A route as it is written: parsed types follow from its schemas. */
export interface RouteSpec<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
  A extends z.ZodType,
> {
  readonly method: Route['method'];
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: A;
  readonly status?: Route['status'];
  readonly conditional?: boolean;
  readonly secret?: boolean;
  readonly handle: (call: Call<Out<P>, Out<Q>, Out<B>>) => Promise<Answer<z.input<A>>>;
}

/** Makes a route of its description. */
export const route = <
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
  A extends z.ZodType,
>({
  params,
  query,
  body,
  status = 200,
  conditional = false,
  secret = false,
  handle,
  ...rest
}: RouteSpec<P, Q, B, A>): Route => ({
  ...rest,
  params: params ?? null,
  query: query ?? null,
  body: body ?? null,
  status,
  conditional,
  secret,
  // Callers of a route parse with its own schemas, so the parts are of the types that follow from them.
  handle: handle as Route['handle'],
});
