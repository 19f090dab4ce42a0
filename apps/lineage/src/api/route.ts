import type { Operation } from '@bailiwick/platform';
import type { z } from 'zod';
import type { ReadScope } from '../scope/read-scope.js';

/** One call of a route, with everything that came from outside parsed. */
export interface Call<Params, Query> {
  /** What the caller may read. */
  readonly scope: ReadScope;
  readonly params: Params;
  readonly query: Query;
}

/** One operation of the API: all that is checked, documented and served comes from this. */
export interface Route extends Operation {
  readonly method: 'get';
  /** Answers the text that is sent. */
  readonly handle: (call: Call<unknown, unknown>) => Promise<string>;
}

type Out<S extends z.ZodObject | undefined> = S extends z.ZodObject ? z.output<S> : undefined;

interface Described<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  A extends z.ZodType,
> {
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly answer: A;
}

/** A route of which the handler answers a value, as it is written: parsed types follow from its schemas. */
export function route<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  A extends z.ZodType,
>(
  spec: Described<P, Q, A> & {
    readonly handle: (call: Call<Out<P>, Out<Q>>) => Promise<Readonly<z.input<A>>>;
  },
): Route {
  const { handle, ...described } = spec;
  return textRoute({
    ...described,
    type: 'application/json',
    handle: async (call: Call<Out<P>, Out<Q>>) => JSON.stringify(await handle(call)),
  });
}

/** A route of which the handler answers the text itself. */
export function textRoute<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  A extends z.ZodType,
>({
  params,
  query,
  handle,
  ...rest
}: Described<P, Q, A> & {
  readonly type: string;
  readonly handle: (call: Call<Out<P>, Out<Q>>) => Promise<string>;
}): Route {
  return {
    ...rest,
    method: 'get',
    params: params ?? null,
    query: query ?? null,
    body: null,
    headers: [],
    status: 200,
    // Whoever calls a route parses with its own schemas, so the parts are of the types that follow from them.
    handle: handle as Route['handle'],
  };
}
