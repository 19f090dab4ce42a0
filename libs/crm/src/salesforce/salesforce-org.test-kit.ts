import { CrmStore, EventBus, RecordsApi, SampleOrg, clientIn } from '@bailiwick/stack';
import {
  VendorServer,
  isAuthorised,
  type VendorAnswer,
  type VendorRequest,
} from '../vendor-server.test-kit.js';

/** Of an answer's header `Sforce-Limit-Info`. */
const LIMITS = { 'sforce-limit-info': 'api-usage=18/15000' };

/** A fake org: the sample CRM's, of which every record must exist before it is changed. */
export class TestOrg {
  private constructor(
    readonly server: VendorServer,
    readonly org: SampleOrg,
    readonly store: CrmStore,
    private readonly bus: EventBus,
  ) {}

  static async start(): Promise<TestOrg> {
    const bus = new EventBus(':memory:');
    const store = new CrmStore(':memory:');
    const org = new SampleOrg('atlas', bus);
    const api = new RecordsApi({ org, store, makesCases: false });
    const answer = (request: VendorRequest): VendorAnswer => {
      if (!isAuthorised(request))
        return [401, [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }]];
      const { method, path, query, header, body } = request;
      const client = clientIn(header('sforce-call-options') ?? undefined);
      const [status, said] = path.endsWith('/composite')
        ? api.composite(body, client)
        : api.row(
            {
              method,
              url: `${path}?${query.toString()}`,
              unmodifiedSince: header('if-unmodified-since'),
              body,
              referenceId: null,
            },
            client,
          );
      return [status, said, LIMITS];
    };
    return new TestOrg(await VendorServer.start(answer), org, store, bus);
  }

  /** Values of a case. */
  fields(recordId: string): Readonly<Record<string, unknown>> {
    return this.org.records((id) => id === recordId, 1)[0] ?? {};
  }

  async stop(): Promise<void> {
    await this.server.stop();
    this.store.close();
    this.bus.close();
  }
}
