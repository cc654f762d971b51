import { closest, distance } from 'fastest-levenshtein';

/**
 * What a mistyped name was meant to be: a valid one that it begins, or else the most alike if it is alike at all, which is up to two
 * letters off, or up to a third of them.
 */
export function nearestName(received: string, valid: readonly string[]): string | undefined {
  if (received === '' || valid.length === 0) return undefined;
  const begun = valid.find((name) => name.startsWith(received));
  if (begun !== undefined) return begun;
  const nearest = closest(received, valid);
  return distance(received, nearest) <= Math.max(2, received.length / 3) ? nearest : undefined;
}
