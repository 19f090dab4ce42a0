import { z } from 'zod';
import {
  VendorServer,
  isAuthorised,
  type VendorAnswer,
  type VendorRequest,
} from '../vendor-server.test-kit.js';

interface Row {
  readonly columns: Readonly<Record<string, unknown>>;
  readonly version: number;
  readonly modifiedOn: Date;
  readonly modifiedBy: string;
}

/** Entity set and what stands in brackets: an id, or one alternate key. */
const ROW = /^\/api\/data\/v9\.\d\/([a-z_]+)\((?:([0-9a-f-]{36})|([a-z_]+)='((?:[^']|'')*)')\)$/;
const failed = (status: number, code: string, message: string): VendorAnswer => [
  status,
  { error: { code, message } },
];
const missing = failed(404, '0x80040217', "Entity 'incident' With Id = Ada Does Not Exist");

/** A fake Dataverse environment with one table, by https://learn.microsoft.com/power-apps/developer/data-platform/webapi. */
export class TestEnvironment {
  /** The application user that calls it, and somebody who works there. */
  static readonly user = '11111111-1111-1111-1111-111111111111';
  static readonly person = '22222222-2222-2222-2222-222222222222';
  static readonly columns = ['title', 'prioritycode', 'ticketnumber'];
  readonly #rows = new Map<string, Row>();
  #made = 0;

  private constructor(readonly server: VendorServer) {}

  static async start(): Promise<TestEnvironment> {
    const environment: TestEnvironment = new TestEnvironment(
      await VendorServer.start((request): VendorAnswer => environment.#answer(request)),
    );
    return environment;
  }

  change(id: string, columns: Readonly<Record<string, unknown>>, by: string, at = new Date()): void {
    const row = this.#rows.get(id);
    this.#rows.set(id, {
      columns: { ...row?.columns, ...columns },
      version: (row?.version ?? 0) + 1,
      modifiedOn: at,
      modifiedBy: by,
    });
  }

  columns(id: string): Readonly<Record<string, unknown>> {
    return this.#rows.get(id)?.columns ?? {};
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Removes all rows. */
  clear(): void {
    this.#rows.clear();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  #answer(request: VendorRequest): VendorAnswer {
    if (!isAuthorised(request)) return [401, null];
    if (request.header('odata-version') !== '4.0') return failed(400, '0x80048d19', 'no version');
    const [set, id, key, value] = ROW.exec(decodeURIComponent(request.path))?.slice(1) ?? [];
    if (set !== 'incidents') return failed(404, '0x8006088a', 'Resource not found for the segment');
    const known = id ?? this.#idOf(key ?? '', (value ?? '').replaceAll("''", "'"));
    switch (request.method) {
      case 'GET':
        return this.#read(known, request);
      case 'PATCH':
        return this.#patch(known, request, key === undefined ? {} : { [key]: value });
      default:
        return failed(405, '0x80060888', 'method');
    }
  }

  #idOf(key: string, value: string): string | undefined {
    return [...this.#rows].find(([, { columns }]) => columns[key] === value)?.[0];
  }

  #read(id: string | undefined, { query }: VendorRequest): VendorAnswer {
    const row = id === undefined ? undefined : this.#rows.get(id);
    if (!row) return missing;
    const all: Record<string, unknown> = {
      ...row.columns,
      modifiedon: row.modifiedOn.toISOString().replace(/\.\d+Z$/, 'Z'),
      _modifiedby_value: row.modifiedBy,
    };
    const names = query.get('$select')?.split(',') ?? Object.keys(all);
    const told = names.map((name): [string, unknown] => [name, all[name] ?? null]);
    return [200, { '@odata.etag': `W/"${row.version}"`, ...Object.fromEntries(told), incidentid: id }];
  }

  #patch(id: string | undefined, { header, body }: VendorRequest, key: object): VendorAnswer {
    const columns = z.record(z.string(), z.unknown()).parse(body);
    for (const name of Object.keys(columns))
      if (!TestEnvironment.columns.includes(name))
        return failed(
          400,
          '0x80048d19',
          `Could not find a property named '${name}' on type 'incident': 'Ada'`,
        );
    const row = id === undefined ? undefined : this.#rows.get(id);
    const match = header('if-match');
    if (!row && match !== null) return missing;
    if (row && match !== null && match !== '*' && match !== `W/"${row.version}"`)
      return failed(412, '0x80060882', 'The version of the existing record doesn’t match');
    const given = id ?? `33333333-3333-3333-3333-${String(++this.#made).padStart(12, '0')}`;
    this.change(given, { ...key, ...columns }, TestEnvironment.user);
    return [204, null, { 'odata-entityid': `${this.server.url}/api/data/v9.2/incidents(${given})` }];
  }
}
