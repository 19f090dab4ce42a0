import type { SampleOrg } from './pubsub-org.js';

/** The two forms of a query that the sample CRM understands: by ids, and by the time of the change with a key to go on after. */
const BY_ID =
  /^SELECT FIELDS\(ALL\) FROM Case WHERE Id IN \(((?:'[A-Za-z0-9]{15,18}'(?:, )?)+)\) ORDER BY SystemModstamp, Id LIMIT (\d{1,3})$/;
const SINCE =
  /^SELECT FIELDS\(ALL\) FROM Case WHERE SystemModstamp >= ([0-9TZ:.-]+) ORDER BY SystemModstamp, Id LIMIT (\d{1,3})$/;
const AFTER =
  /^SELECT FIELDS\(ALL\) FROM Case WHERE \(SystemModstamp > ([0-9TZ:.-]+) OR \(SystemModstamp = \1 AND Id > '([A-Za-z0-9]{15,18})'\)\) ORDER BY SystemModstamp, Id LIMIT (\d{1,3})$/;

/** The REST API of the sample CRM as far as a reconciliation needs it: `query` and `limits`. Null for what it has not. */
export function answerRest(
  path: string,
  parameters: URLSearchParams,
  org: SampleOrg,
  limits: { readonly max: number; readonly remaining: number },
): readonly [status: number, body: unknown] | null {
  const resource = /^\/services\/data\/v\d{2,3}\.0\/(query|limits)$/.exec(path)?.[1];
  if (resource === undefined) return null;
  if (resource === 'limits')
    return [200, { DailyDeliveredPlatformEvents: { Max: limits.max, Remaining: limits.remaining } }];
  const records = recordsOf(parameters.get('q') ?? '', org);
  return records === null
    ? [400, [{ errorCode: 'MALFORMED_QUERY', message: 'the sample CRM does not know this form' }]]
    : [200, { totalSize: records.length, done: true, records }];
}

function recordsOf(query: string, org: SampleOrg): readonly Record<string, unknown>[] | null {
  const byId = BY_ID.exec(query);
  if (byId) {
    const ids = new Set(byId[1]?.split(', ').map((quoted) => quoted.slice(1, -1)));
    return org.records((id) => ids.has(id), Number(byId[2]));
  }
  const since = SINCE.exec(query);
  if (since?.[1] !== undefined) {
    const from = Date.parse(since[1]);
    return org.records((_, modified) => modified >= from, Number(since[2]));
  }
  const after = AFTER.exec(query);
  if (after?.[1] === undefined || after[2] === undefined) return null;
  const [from, last] = [Date.parse(after[1]), after[2]];
  return org.records((id, modified) => modified > from || (modified === from && id > last), Number(after[3]));
}
