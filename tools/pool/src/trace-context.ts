/** The trace id of a W3C `traceparent` header (https://www.w3.org/TR/trace-context/), if it is a valid one. */
export function traceIdOf(traceparent: string | string[] | undefined): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId, spanId] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/.exec(traceparent) ?? [];
  if (!traceId || !spanId || version === 'ff') return undefined;
  return /[^0]/.test(traceId) && /[^0]/.test(spanId) ? traceId : undefined;
}
