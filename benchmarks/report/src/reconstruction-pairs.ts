import { z } from 'zod';

import type { MethodSummary } from './group.ts';

/** A PNG within the page; anything else, such as an address, is refused. Two megabytes are plenty for a thumbnail. */
const pngUri = z
  .string()
  .max(2_000_000)
  .regex(/^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/);

/** What the evaluators named `reconstruction` and `retrained-decoder` leave in a run's details. */
const details = z.object({ pairs: z.array(z.unknown()) });
const pair = z.object({ input: pngUri, before: pngUri.optional(), output: pngUri });

/** `before` is of the method's own decoder where `output` is of a retrained one. */
export type ReconstructionPair = z.infer<typeof pair>;

export interface MethodPairs {
  readonly summary: MethodSummary;
  readonly seed: number;
  readonly pairs: readonly ReconstructionPair[];
  /** Entries that were not PNG data URIs. */
  readonly refused: number;
}

/** The pairs that an evaluator left of the method's first seed that has any. */
export function pairsOf(
  summary: MethodSummary,
  evaluator: 'reconstruction' | 'retrained-decoder',
  limit: number,
): MethodPairs | null {
  for (const run of summary.succeeded) {
    const found = details.safeParse(run.details?.[evaluator]);
    if (!found.success || found.data.pairs.length === 0) continue;
    const pairs = found.data.pairs.flatMap((entry) => {
      const parsed = pair.safeParse(entry);
      return parsed.success ? [parsed.data] : [];
    });
    const refused = found.data.pairs.length - pairs.length;
    return { summary, seed: run.seed, pairs: pairs.slice(0, limit), refused };
  }
  return null;
}
