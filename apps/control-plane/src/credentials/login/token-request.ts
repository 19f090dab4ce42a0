import { BailiwickError } from '@bailiwick/platform';
import { z } from 'zod';

const TIMEOUT_MS = 8000;
/** Clocks that differ by more are the reason why a signed assertion is refused, and not the assertion. */
const SKEW_MS = 60_000;

/** A CRM's own access token, as it was granted. */
export interface CrmGrant {
  readonly accessToken: string;
  /** Where the CRM wants to be called, when it says so. */
  readonly instanceUrl: string | null;
  /** The CRM's own id of the account that was logged in to, when it says so. */
  readonly account: string | null;
  /** How long it holds, in seconds; null when the CRM does not say. */
  readonly seconds: number | null;
}

/** Of a granted token; members that only some CRMs have are looked at by their logins. */
const Granted = z.looseObject({
  access_token: z.string().min(8).max(8192),
  expires_in: z.number().positive().nullish(),
});
type Granted = z.infer<typeof Granted>;

/** Of a refusal only codes are kept: its sentences may name the user. `error_codes` is of Entra, `status` of HubSpot. */
const Refused = z.object({
  error: z
    .string()
    .regex(/^[a-z_]{1,60}$/)
    .optional()
    .catch(undefined),
  error_codes: z.array(z.int()).max(5).default([]).catch([]),
  status: z
    .string()
    .regex(/^[A-Z_]{1,60}$/)
    .optional()
    .catch(undefined),
});

/** The login of a CRM wants to be left alone for a while. */
export class LoginBusy extends BailiwickError {
  constructor(readonly retryAfterMs: number) {
    super(
      'crm-unavailable',
      `the login of the CRM wants to be left alone for ${Math.ceil(retryAfterMs / 1000)} s`,
    );
  }
}

/** One request for a token. */
export interface TokenRequest {
  readonly url: string;
  readonly body: URLSearchParams | { readonly json: object };
  /** What the codes of this CRM mean to whoever has to do something about them. */
  readonly means?: Readonly<Record<string, string>>;
}

/**
 * Asks a token endpoint. Throws `crm-unavailable` when it cannot be asked now (`LoginBusy` when it says for how long), or when the
 * clocks differ, and `crm-login-refused` with the CRM's codes when it does not want the login.
 */
export async function requestToken({ url, body: asked, means = {} }: TokenRequest): Promise<Granted> {
  const sent =
    asked instanceof URLSearchParams
      ? { headers: { accept: 'application/json' }, body: asked }
      : {
          headers: { accept: 'application/json', 'content-type': 'application/json' },
          body: JSON.stringify(asked.json),
        };
  const { status, body, date } = await send(url, { method: 'POST', ...sent });
  if (status === 200 || status === 201) {
    const granted = Granted.safeParse(body).data;
    if (!granted) throw new BailiwickError('crm-login-refused', 'the CRM answered a login without a token');
    return granted;
  }
  const { error, error_codes: numbers, status: named } = Refused.safeParse(body).data ?? { error_codes: [] };
  const codes = [error, named, ...numbers.map((code) => `AADSTS${code}`)].filter(
    (code) => code !== undefined,
  );
  const why = [`HTTP ${status}`, ...(codes.length > 0 ? codes : ['no reason given'])].join(', ');
  const skew = date === null ? 0 : Math.abs(Date.now() - date);
  if (skew > SKEW_MS)
    throw new BailiwickError(
      'crm-unavailable',
      `the CRM refuses the login (${why}), and its clock and ours differ by ${Math.round(skew / 1000)} s`,
    );
  const meaning = codes.map((code) => means[code]).find((sentence) => sentence !== undefined);
  throw new BailiwickError(
    'crm-login-refused',
    `the CRM refuses the login (${why})${meaning === undefined ? '' : `: ${meaning}`}`,
  );
}

/** Ends a token by a request whose answer does not matter: one that the CRM does not know any more has ended. Throws `crm-unavailable`. */
export async function endToken(url: string, init: RequestInit): Promise<void> {
  await send(url, init);
}

async function send(
  url: string,
  init: RequestInit,
): Promise<{ readonly status: number; readonly body: unknown; readonly date: number | null }> {
  const unavailable = (cause?: unknown): BailiwickError =>
    new BailiwickError('crm-unavailable', 'the login of the CRM does not answer', { cause });
  const answer = await fetch(url, {
    ...init,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((cause: unknown) => Promise.reject(unavailable(cause)));
  const { status, headers } = answer;
  const text = await answer.text().catch((cause: unknown) => Promise.reject(unavailable(cause)));
  if (status >= 500 || status === 408 || status === 429) {
    const wait = retryAfterMs(headers.get('retry-after'));
    throw wait === null ? unavailable() : new LoginBusy(wait);
  }
  const date = Date.parse(headers.get('date') ?? '');
  return { status, body: parsed(text), date: Number.isNaN(date) ? null : date };
}

/** `Retry-After`, seconds or a date, in milliseconds from now. */
function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
