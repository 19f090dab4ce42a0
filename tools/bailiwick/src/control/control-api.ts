import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { CliError, EXIT } from '../exit-code.js';
import type { Stack } from '../stack/stack-file.js';

const Problem = z.object({ status: z.number(), code: z.string(), detail: z.string() });

/** An answer of the control-plane that is no refusal. */
export interface ControlAnswer {
  /** What `If-Match` names to act on just this. */
  readonly etag: string | undefined;
  readonly body: unknown;
}

/** What a request carries. */
export interface ControlRequest {
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
}

/** The control-plane of the running stack, as one person. */
export class ControlApi {
  private constructor(
    private readonly stack: Stack,
    private readonly token: string,
  ) {}

  /** Signs a person of the development provider in. Throws a usage error that lists the people. */
  static async as(stack: Stack, person: string): Promise<ControlApi> {
    const { people, controlPlane, identityProvider } = stack;
    const client = people[person];
    if (!client) {
      const known = Object.keys(people).join(', ');
      throw new CliError(EXIT.usage, `the stack has no person ${person}; there are ${known}`);
    }
    // Only what changes something signs: the other commands start faster without it.
    const { accessToken } = await import('../send/access-token.js');
    const provider = { issuer: identityProvider.issuer, audience: controlPlane.audience };
    return new ControlApi(stack, await accessToken({ identityProvider: provider }, client, 'person'));
  }

  /** Throws with exit code 1 and the reason when the request is refused. */
  async ask(method: 'GET' | 'POST', path: string, given: ControlRequest = {}): Promise<ControlAnswer> {
    const answer = await this.find(method, path, given);
    if (!answer) throw new CliError(EXIT.no, 'the control-plane knows nothing of this name that you may see');
    return answer;
  }

  /** The same, and undefined where there is nothing that this person may see. */
  async find(
    method: 'GET' | 'POST',
    path: string,
    { body, ifMatch }: ControlRequest = {},
  ): Promise<ControlAnswer | undefined> {
    const { api } = this.stack.controlPlane;
    const secure = api.startsWith('https:');
    const sent = (secure ? requestHttps : requestHttp)(`${api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
      ...(secure && { ca: readFileSync(this.stack.authority) }),
      signal: AbortSignal.timeout(15_000),
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = (await once(sent, 'response').catch(() => {
      throw new CliError(EXIT.unavailable, `the control-plane does not answer (${api})`);
    })) as [IncomingMessage];
    const received: unknown = JSON.parse((await text(answer)) || 'null');
    const status = answer.statusCode ?? 0;
    if (status < 300) return { etag: answer.headers.etag, body: received };
    if (status === 404) return undefined;
    const problem = Problem.safeParse(received).data;
    throw new CliError(
      EXIT.no,
      problem
        ? `refused with ${problem.status} ${problem.code}: ${problem.detail.replaceAll('; ', '\n  ')}`
        : `the control-plane answered ${status}`,
    );
  }

  /** All items of a list, page after page; none where this person may see nothing. */
  async all<S extends z.ZodType>(path: string, item: S): Promise<readonly z.output<S>[]> {
    const Page = z.object({ items: z.array(item), next: z.string().nullable() });
    const found: z.output<S>[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query = `limit=200${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
      const answer: ControlAnswer | undefined = await this.find('GET', `${path}?${query}`);
      const page: z.output<typeof Page> = Page.parse(answer?.body ?? { items: [], next: null });
      found.push(...page.items);
      after = page.next;
    }
    return found;
  }
}
