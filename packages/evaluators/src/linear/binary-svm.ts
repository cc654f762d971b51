import { descend, type DescentState } from './clipped-squares.ts';
import { RowProducts } from './row-products.ts';
import { dotRow, type Rows } from './rows.ts';

/** In units of C, where the method of multipliers gives up: rounding is larger than what is left to gain. */
const STEEPEST = 2 ** 40;

export interface BinarySvmOptions {
  readonly loss: 'squared-hinge' | 'hinge';
  /** Weight of the losses against half the squared weights, as scikit-learn's `C`. */
  readonly c: number;
  /** Solved when the objective is proven to be within this, squared, of its minimum, as a share of itself. */
  readonly tolerance: number;
  /** Newton steps. */
  readonly maxIterations: number;
  /** Called every few tens of milliseconds; may throw to stop. */
  readonly onIteration?: (() => Promise<void>) | undefined;
}

export interface BinarySvm {
  /** One per number of a row. */
  readonly weights: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/** Separates the rows whose sign is 1 from those whose sign is -1; `signs` has one per row. */
export type BinarySvmSolver = (signs: Int8Array) => Promise<BinarySvm>;

/**
 * Solver of linear support vector machines: half the squared weights w plus C times the sum over rows of the loss of the margin
 * m = sign (w . row), which is max(0, 1 - m)^2 or max(0, 1 - m).
 */
export async function binarySvmSolver(rows: Rows, options: BinarySvmOptions): Promise<BinarySvmSolver> {
  // At zero weights every row has the same slack: all problems start from the products of all rows.
  const all = RowProducts.none(rows);
  await all.include(new Uint8Array(rows.count).fill(1), options.onIteration);
  const solve = options.loss === 'hinge' ? solveHinge : solveSquaredHinge;
  return (signs) => solve(rows, signs, all.clone(), options);
}

/**
 * The squared hinge is a clipped square without limit. The objective is strongly convex with modulus 1, so that it is above its
 * minimum by half the squared gradient at most.
 */
async function solveSquaredHinge(
  rows: Rows,
  signs: Int8Array,
  products: RowProducts,
  { c, tolerance, maxIterations, onIteration }: BinarySvmOptions,
): Promise<BinarySvm> {
  const steepness = 2 * c;
  let converged = false;
  const done = ({ weights, slacks, gradient }: DescentState): boolean => {
    let objective = squaredLength(weights) / 2;
    for (const slack of slacks) objective += Math.max(0, slack) ** 2 / (2 * steepness);
    return (converged = squaredLength(gradient) / 2 <= tolerance ** 2 * objective);
  };
  const { weights, iterations } = await descend(
    { rows, signs, shifts: new Float64Array(rows.count), steepness, limit: Infinity },
    new Float64Array(rows.width),
    products,
    { done, maxIterations, onIteration },
  );
  return { weights, iterations, converged };
}

/**
 * The hinge has a kink, so that it is approached by the method of multipliers (Rockafellar 1976; for support vector machines
 * Yan and Li 2020): clipped squares, whose clipped slacks are the dual's multipliers and the next problem's shifts. The gap
 * between the primal and the dual objective proves how close it is.
 */
async function solveHinge(
  rows: Rows,
  signs: Int8Array,
  products: RowProducts,
  { c, tolerance, maxIterations, onIteration }: BinarySvmOptions,
): Promise<BinarySvm> {
  let weights: Float64Array = new Float64Array(rows.width);
  let multipliers: Float64Array = new Float64Array(rows.count);
  let iterations = 0;
  for (let steepness = c / 2; ; steepness *= 2) {
    let objective = Infinity;
    const done = (state: DescentState): boolean => {
      objective = squaredLength(state.weights) / 2;
      for (let i = 0; i < rows.count; i++) {
        objective += c * Math.max(0, (state.slacks[i]! - multipliers[i]!) / steepness);
      }
      return squaredLength(state.gradient) / 2 <= (tolerance ** 2 * objective) / 10;
    };
    const found = await descend(
      { rows, signs, shifts: multipliers, steepness, limit: c },
      weights,
      products,
      { done, maxIterations: maxIterations - iterations, onIteration },
    );
    // A round without a step counts as one, so that there is an end to them.
    iterations += Math.max(1, found.iterations);
    weights = found.weights;
    multipliers = found.slacks.map((slack) => Math.min(c, Math.max(0, slack)));
    const ofMultipliers = weights.map((weight, j) => weight - found.gradient[j]!);
    const dual = multipliers.reduce((sum, value) => sum + value, 0) - squaredLength(ofMultipliers) / 2;
    const converged = objective - dual <= tolerance ** 2 * objective;
    if (converged || iterations >= maxIterations || steepness > STEEPEST * c)
      return { weights, iterations, converged };
  }
}

function squaredLength(values: Float64Array): number {
  return dotRow(values, 0, values);
}
