import type { Interval } from './statistics.ts';

function fixed(value: number, decimals: number): string {
  const places = Math.min(Math.max(decimals, 0), 8);
  return value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
}

/** Decimals that leave `digits` significant ones of `value`. */
function decimalsFor(value: number, digits: number): number {
  return value === 0 ? 0 : digits - 1 - Math.floor(Math.log10(Math.abs(value)));
}

/** A number with so many significant digits, never in exponent form unless tiny or huge. */
export function formatNumber(value: number, digits = 3): string {
  if (value !== 0 && (Math.abs(value) < 1e-5 || Math.abs(value) >= 1e12))
    return value.toExponential(digits - 1);
  return fixed(value, decimalsFor(value, digits));
}

/** Half widths below this share of the mean are rounding: the same value, summed in another order. */
const ROUNDING = 1e-8;

/** `10.32 ± 0.45`: as many decimals as leave two significant digits of the half width. */
export function formatEstimate(mean: number, half: number | null): string {
  if (half === null) return formatNumber(mean, 4);
  if (half <= ROUNDING * Math.abs(mean)) return `${formatNumber(mean, 4)} ± 0`;
  const decimals = decimalsFor(half, 2);
  return `${fixed(mean, decimals)} ± ${fixed(half, decimals)}`;
}

/** `[1.25, 1.38]`, with decimals that tell the ends apart. */
export function formatInterval(interval: Interval): string {
  const decimals = intervalDecimals(interval);
  return `[${fixed(interval[0], decimals)}, ${fixed(interval[1], decimals)}]`;
}

function intervalDecimals([low, high]: Interval): number {
  const width = high - low;
  return width > 0 ? Math.min(decimalsFor(width, 2), decimalsFor(high, 4)) : decimalsFor(high, 3);
}

/** `1.31 [1.25, 1.38]`, value and ends with the same decimals. */
export function formatWithInterval(value: number, interval: Interval | null): string {
  if (!interval) return formatNumber(value);
  return `${fixed(value, intervalDecimals(interval))} ${formatInterval(interval)}`;
}

export function formatInteger(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${formatNumber(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${formatNumber(bytes / 1e6)} MB` : `${formatNumber(bytes / 1e9)} GB`;
}

export function formatPercent(share: number): string {
  return `${formatNumber(share * 100, share < 0.1 ? 2 : 3)} %`;
}

/** A duration a person can read: 0.4 s, 85 s, 12 min, 3.4 h. */
export function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${formatNumber(seconds)} s`;
  return seconds < 7200 ? `${formatNumber(seconds / 60)} min` : `${formatNumber(seconds / 3600)} h`;
}

/** `A`, `A and B`, `A, B and C`. */
export function formatList(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `7` or `5 to 9`. */
export function formatRange(values: readonly number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low === high ? `${low}` : `${low} to ${high}`;
}

/** The first characters of a checksum. */
export function shortHash(checksum: string): string {
  return checksum.replace(/^sha256[:-]/, '').slice(0, 12);
}
