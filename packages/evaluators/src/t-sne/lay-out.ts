import { NonFiniteError } from '@paretrain/core';

/** With fewer rows there are no neighbourhoods to keep. */
export const FEWEST_ROWS = 4;

/** The library keeps three numbers of eight bytes for every pair, in memory of 2 GiB. */
export const MOST_ROWS = 9400;

export interface LayoutSettings {
  /** About how many neighbours a row is to have, from 1 to less than the number of rows. */
  readonly perplexity: number;
  readonly iterations: number;
  readonly seed: number;
  /** Called after every iteration with how many are done; may throw to stop. */
  readonly onIteration?: ((done: number) => Promise<void>) | undefined;
}

/**
 * t-SNE (van der Maaten and Hinton 2008) with all pairs of rows, by the library DruidJS: time and memory grow with the square of the
 * rows. Fewer than {@link FEWEST_ROWS} rows are all at the origin.
 * @param values count x size
 * @returns count x 2, centred
 * @throws {NonFiniteError} when the layout leaves the finite numbers
 */
export async function layOut(
  values: Float32Array,
  count: number,
  { perplexity, iterations, seed, onIteration }: LayoutSettings,
): Promise<Float64Array> {
  const layout = new Float64Array(2 * count);
  if (count < FEWEST_ROWS) return layout;
  // Not with this package: loading it takes a tenth of a second, which runs without this evaluator need not spend.
  const { TSNE } = await import('@saehrimnir/druidjs');
  const size = values.length / count;
  // The library keeps its steps in rows as wide as the data's and needs two numbers of each.
  const width = Math.max(2, size);
  const rows = Array.from({ length: count }, (_, i) => {
    const row = new Float64Array(width);
    row.set(values.subarray(i * size, (i + 1) * size));
    return row;
  });
  const tsne = new TSNE(rows, { perplexity, epsilon: learningRateFor(count), d: 2, seed });
  let done = 0;
  for (const projection of tsne.generator(iterations)) {
    done += 1;
    if (done === iterations) projection.forEach((point, i) => layout.set(point, 2 * i));
    await onIteration?.(done);
  }
  const at = layout.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new NonFiniteError(
      `t-sne: the layout of row ${Math.floor(at / 2)} is ${layout[at]}, valid: finite numbers`,
    );
  }
  return layout;
}

/** scikit-learn's choice, with its early exaggeration of 12. */
function learningRateFor(count: number): number {
  return Math.max(count / 48, 50);
}
