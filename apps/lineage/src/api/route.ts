import type { Operation } from '@bailiwick/platform';
import { z } from 'zod';
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
  /** The last parameter, where it takes the rest of the path, slashes included. */
  readonly rest: string | null;
  /** Answers what is sent. */
  readonly handle: (call: Call<unknown, unknown>) => Promise<string | Uint8Array>;
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
export const textRoute = <
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  A extends z.ZodType,
>(
  spec: Described<P, Q, A> & {
    readonly type: string;
    readonly handle: (call: Call<Out<P>, Out<Q>>) => Promise<string>;
  },
): Route => asRoute({ ...spec, rest: null });

/** A route of files by their paths: `rest` names the parameter that takes the rest of the path. */
export const fileRoute = <P extends z.ZodObject>(
  spec: Omit<Described<P, undefined, z.ZodType>, 'answer' | 'query'> & {
    readonly rest: string & keyof z.output<P>;
    readonly handle: (call: Call<z.output<P>, undefined>) => Promise<Uint8Array>;
  },
): Route => asRoute({ ...spec, type: 'application/octet-stream', answer: z.unknown() });

function asRoute({
  params,
  query,
  handle,
  ...described
}: Described<z.ZodObject | undefined, z.ZodObject | undefined, z.ZodType> & {
  readonly type: string;
  readonly rest: string | null;
  readonly handle: (call: never) => Promise<string | Uint8Array>;
}): Route {
  return {
    ...described,
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
