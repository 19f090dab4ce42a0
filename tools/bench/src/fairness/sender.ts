import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { IngestTarget, type StackFile } from '@bailiwick/stack';

/** Connections that a sender keeps open. */
export const CONNECTIONS = 32;

/** Posts records of about 1 KB as one tenant, over connections that stay open. */
export class Sender {
  readonly #run = randomBytes(4).toString('hex');
  #sent = 0;

  private constructor(
    private readonly target: IngestTarget,
    private readonly options: RequestOptions,
  ) {}

  static async open(stackFile: StackFile, tenant: string): Promise<Sender> {
    const target = await IngestTarget.open(stackFile, tenant);
    return new Sender(target, {
      method: 'POST',
      ca: target.authority,
      agent: new Agent({ keepAlive: true, maxSockets: CONNECTIONS }),
      headers: {
        authorization: `Bearer ${await target.accessToken()}`,
        'content-type': 'application/cloudevents+json',
      },
    });
  }

  /** Gives the status of the answer. */
  async send(): Promise<number> {
    const n = this.#sent++;
    const posted = request(`${this.target.ingest.http}/v1/records`, this.options);
    posted.end(
      JSON.stringify({
        specversion: '1.0',
        id: `${this.#run}-${n}`,
        source: this.target.source,
        type: 'bailiwick.bench.case.changed',
        subject: `500C${n % 997}`,
        purpose: 'case-triage',
        data: { object: 'Case', fields: { Subject: `Charged twice ${n}`, Description: 'x '.repeat(450) } },
      }),
    );
    const [answer] = (await once(posted, 'response')) as [IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode ?? 0;
  }
}
