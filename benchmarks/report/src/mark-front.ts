import type { MethodSummary } from './group.ts';
import { dominates, paretoFront } from './pareto-front.ts';
import { overlap } from './statistics.ts';

/**
 * The methods with where each stands to the Pareto front of all of them; unknown where quality or cost is missing, or where of several
 * methods only one has both: of a front of one, nothing can be said of the others.
 */
export function markFront(methods: readonly MethodSummary[], higherIsBetter: boolean): MethodSummary[] {
  const points = methods.flatMap((summary) =>
    summary.quality && summary.seconds
      ? [{ name: summary.label, cost: summary.seconds.value, quality: summary.quality.mean, summary }]
      : [],
  );
  if (points.length === 1 && methods.filter(({ quality }) => quality).length > 1) return [...methods];
  const front = new Set(paretoFront(points, { higherIsBetter }).map((point) => point.summary));
  return methods.map((summary): MethodSummary => {
    const point = points.find((one) => one.summary === summary);
    if (!point) return summary;
    if (front.has(summary)) return { ...summary, front: 'on' };
    const clearly = points.some(
      (other) => dominates(other, point, higherIsBetter) && clearlyBetter(other.summary, summary),
    );
    return { ...summary, front: clearly ? 'off' : 'undecided' };
  });
}

/** Methods on the front, cheapest first. */
export function frontOf(methods: readonly MethodSummary[]): MethodSummary[] {
  return methods
    .filter((summary) => summary.front === 'on')
    .sort((a, b) => (a.seconds?.value ?? 0) - (b.seconds?.value ?? 0));
}

/** Whether neither the intervals of quality nor those of cost overlap. Without intervals nothing is clear. */
function clearlyBetter(a: MethodSummary, b: MethodSummary): boolean {
  const quality = [a.quality?.interval, b.quality?.interval];
  const seconds = [a.seconds?.interval, b.seconds?.interval];
  return [quality, seconds].every(([x, y]) => x && y && !overlap(x, y));
}
