import { z } from 'zod';

import type { MethodSummary } from './group.ts';

/** What the evaluator named `t-sne` leaves in a run's details: "x,y x,y ..." by class. */
const details = z.object({
  images: z.number(),
  clusters: z
    .array(z.object({ class: z.string(), points: z.string().regex(/^\d{1,4},\d{1,4}( \d{1,4},\d{1,4})*$/) }))
    .min(1),
});

/** One image in the plane, 0 to 1000 in both directions. */
export interface LayoutPoint {
  readonly class: string;
  readonly x: number;
  readonly y: number;
}

export interface MethodLayout {
  readonly summary: MethodSummary;
  readonly seed: number;
  /** Classes in the data set's order; those without an image are missing. */
  readonly classes: readonly string[];
  readonly points: readonly LayoutPoint[];
  readonly trustworthiness: number | null;
  readonly neighbourAccuracy: number | null;
}

/** The layout of the method's first seed that has one. */
export function layoutOf(summary: MethodSummary): MethodLayout | null {
  for (const run of summary.succeeded) {
    const found = details.safeParse(run.details?.['t-sne']);
    if (!found.success) continue;
    const { clusters } = found.data;
    return {
      summary,
      seed: run.seed,
      classes: clusters.map((cluster) => cluster.class),
      points: clusters.flatMap((cluster) =>
        cluster.points.split(' ').map((point) => {
          const [x = 0, y = 0] = point.split(',').map(Number);
          return { class: cluster.class, x, y };
        }),
      ),
      trustworthiness: run.metrics['t-sne.trustworthiness'] ?? null,
      neighbourAccuracy: run.metrics['t-sne.neighbourAccuracy'] ?? null,
    };
  }
  return null;
}
