/** The points of one class. */
export interface ClassPoints {
  readonly class: string;
  /** "x,y x,y ...", integers from 0 to 1000; y points up. */
  readonly points: string;
}

/**
 * A layout by class, short enough to be stored with a run: the larger of width and height becomes 1000.
 * @param layout count x 2
 * @param labels indices into `classes`, one per row
 * @returns classes without a point left out
 */
export function pointsByClass(
  layout: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: readonly string[],
): ClassPoints[] {
  const [xs, ys] = [0, 1].map((axis) =>
    Array.from({ length: labels.length }, (_, i) => layout[2 * i + axis]!),
  ) as [number[], number[]];
  const [left, bottom] = [smallest(xs), smallest(ys)];
  // A single point, or all at one place.
  const span = Math.max(-smallest(xs.map((x) => -x)) - left, -smallest(ys.map((y) => -y)) - bottom) || 1;
  const scaled = (value: number, from: number): number => Math.round((1000 * (value - from)) / span);
  const points: string[][] = classes.map(() => []);
  xs.forEach((x, i) => points[labels[i]!]!.push(`${scaled(x, left)},${scaled(ys[i]!, bottom)}`));
  return classes.flatMap((name, k) =>
    points[k]!.length > 0 ? [{ class: name, points: points[k]!.join(' ') }] : [],
  );
}

function smallest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}
