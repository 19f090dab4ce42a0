import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps, type RequestOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { CliError, EXIT } from '../exit-code.js';
import type { StackCell } from '../stack/stack-file.js';

/** Longest wait for one answer, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** An answer of lineage, be it what was asked for or a problem. */
export interface LineageAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** How a cell's lineage is asked: with the access token in BAILIWICK_TOKEN, which reads one tenant, or as the administrator of the stack. */
function credentialOf({ administrator }: StackCell['lineage'], secure: boolean): RequestOptions {
  const token = process.env['BAILIWICK_TOKEN'];
  return {
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
    ...(secure && { ca: read(administrator.authority) }),
    ...(secure && !token && { cert: read(administrator.certificate), key: read(administrator.key) }),
  };
}

/** Asks lineage of a cell. Throws with exit code 4 when it does not answer. */
export async function requestLineage({ region, lineage }: StackCell, path: string): Promise<LineageAnswer> {
  const secure = lineage.api.startsWith('https:');
  const asked = (secure ? requestHttps : requestHttp)(`${lineage.api}${path}`, {
    ...credentialOf(lineage, secure),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  asked.end();
  try {
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 0, bytes: await buffer(answer) };
  } catch {
    throw new CliError(EXIT.unavailable, `lineage of ${region} does not answer (${lineage.api})`);
  }
}

/** What an answer says; null where it is no JSON. */
export function jsonOf({ bytes }: LineageAnswer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CliError(EXIT.noStack, `${file} of the stack cannot be read`);
  }
}
