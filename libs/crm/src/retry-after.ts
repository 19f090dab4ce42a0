/** Longest time for which a CRM is believed, in milliseconds: a day, in which every daily quota has been renewed. */
const LONGEST_MS = 86_400_000;

/** How long `Retry-After` asks to wait (RFC 9110, seconds or a date), in milliseconds; null when it says nothing. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  const wait = /^\d{1,9}(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : dateOf(text) - now;
  return Number.isFinite(wait) ? Math.min(LONGEST_MS, Math.max(0, Math.round(wait))) : null;
}

const dateOf = (text: string): number => (/^[A-Za-z]{3,9}, /.test(text) ? Date.parse(text) : Number.NaN);
