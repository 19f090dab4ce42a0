import { z } from 'zod';

/** A JSON value, as records carry it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };
/** Parses a JSON object that came from outside. */
export const JsonObject = z.record(z.string(), z.json());
