import { Pool } from 'undici';
import type { AskOnce } from './chat-load.js';

/** Where chats are asked. */
export interface ChatTarget {
  /** Base URL, `/v1` included. */
  readonly url: string;
  readonly model: string;
  readonly apiKey: string;
  /** PEM text of the authority that signed its certificate; absent for HTTP. */
  readonly ca?: string;
}

/** About as many characters as a case has. */
const DETAILS = 'The parcel was to be here on Tuesday and is not. '.repeat(16);

/** Asks chats of about 1 KB, each about another person, over as many connections as ask at once. */
export function askChat({ url, model, apiKey, ca }: ChatTarget): {
  readonly ask: AskOnce;
  readonly close: () => Promise<void>;
} {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 64, ...(ca === undefined ? {} : { connect: { ca } }) });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` };
  const ask: AskOnce = async (n) => {
    const content = `Write to Lena Vogt${n}, lena.vogt${n}@example.org. ${DETAILS}`;
    const body = JSON.stringify({
      model,
      user: `customer-${n % 997}`,
      messages: [{ role: 'user', content }],
    });
    const answer = await pool.request({
      method: 'POST',
      path: `${pathname}/chat/completions`,
      headers,
      body,
    });
    await answer.body.dump();
    return answer.statusCode;
  };
  return { ask, close: () => pool.close() };
}
