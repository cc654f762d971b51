import { DataError } from '@paretrain/core';

/** Something that costs and that has a quality. */
export interface ParetoPoint {
  readonly name: string;
  /** Less is better. */
  readonly cost: number;
  readonly quality: number;
}

/** Whether `a` is at least as good as `b` in both respects and better in one. */
export function dominates(a: ParetoPoint, b: ParetoPoint, higherIsBetter: boolean): boolean {
  const gain = higherIsBetter ? a.quality - b.quality : b.quality - a.quality;
  return a.cost <= b.cost && gain >= 0 && (a.cost < b.cost || gain > 0);
}

/**
 * The points that no other point dominates, cheapest first. Points that are equal in both respects stay together.
 * @throws {DataError} on a cost or quality that is not finite
 */
export function paretoFront<Point extends ParetoPoint>(
  points: readonly Point[],
  { higherIsBetter }: { readonly higherIsBetter: boolean },
): Point[] {
  for (const { name, cost, quality } of points) {
    if (!Number.isFinite(cost) || !Number.isFinite(quality)) {
      throw new DataError(
        `paretoFront: '${name}' has cost ${cost} and quality ${quality}, expected finite numbers`,
      );
    }
  }
  return points
    .filter((point) => !points.some((other) => dominates(other, point, higherIsBetter)))
    .sort((a, b) => a.cost - b.cost);
}
