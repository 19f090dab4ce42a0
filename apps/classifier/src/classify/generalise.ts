import type { PurposeField } from '@bailiwick/domain';
import type { Scalar } from './record-field.js';

/** Mantissas of a 1-2-5 series: every power of ten is split into three bands. */
const SERIES = [1, 2, 5];

/** `1987-04-03` becomes `1987`. Only ISO 8601 dates are read: any other order of day and month is a guess. */
function year(value: Scalar): string | null {
  return /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?!\d)/.exec(String(value))?.[1] ?? null;
}

/** `10115` becomes `10***`, `SW1A 1AA` becomes `SW***`: two places name a postal area almost everywhere. */
function area(value: Scalar): string | null {
  const code = String(value).trim().toUpperCase();
  return /^(?=.*\d)[A-Z0-9][A-Z0-9 -]{3,9}$/.test(code) ? `${code.slice(0, 2)}***` : null;
}

/** `37` becomes `20 to 50`. */
function band(value: Scalar): string | null {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (typeof value === 'boolean' || !Number.isFinite(number)) return null;
  const size = Math.abs(number);
  if (size < 1) return '-1 to 1';
  // The logarithm of a number just below a power of ten is rounded up to it; the decimal exponent is exact.
  const power = 10 ** Number(size.toExponential().split('e')[1]);
  const lower = power * (SERIES.findLast((mantissa) => size >= mantissa * power) ?? 1);
  const upper = power * (SERIES.find((mantissa) => size < mantissa * power) ?? 10);
  return number < 0 ? `-${upper} to -${lower}` : `${lower} to ${upper}`;
}

const COARSEN = { year, area, band } as const;

/** A value made coarse as the purpose says; null when it cannot be, and then nothing of it may go on. */
export function generalise(value: Scalar, how: PurposeField['generalise']): string | null {
  return how === undefined ? null : COARSEN[how](value);
}
