import { binarySvmSolver, type BinarySvm, type BinarySvmOptions } from './binary-svm.ts';
import { dotRow, type Rows } from './rows.ts';
import { standardise } from './standardise.ts';

export interface LinearSvmData {
  readonly count: number;
  readonly size: number;
  /** count x size. */
  readonly inputs: Float32Array;
  /** Class indices, one per row. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

export interface LinearSvmSettings extends BinarySvmOptions {
  /** Whether columns are brought to mean 0 and standard deviation 1 first. */
  readonly standardise: boolean;
  /** Called with the share of the classes that are done. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface LinearSvmModel {
  /** Decision values of rows, count x classes; minus infinity for classes without a training row. */
  scores(inputs: Float32Array, count: number): Float64Array;
  /** Weights of the inputs as they are, then the intercept, of every class; undefined for a class without a training row. */
  readonly weights: readonly (Float64Array | undefined)[];
  /** Of every problem that was solved: one a class, one alone for two classes, none for one. */
  readonly iterations: readonly number[];
  readonly converged: boolean;
}

/**
 * Linear support vector machines as LIBLINEAR and scikit-learn's `LinearSVC` have them: each class against the rest (two
 * classes against each other), L2 penalty, the intercept a weight like any other.
 */
export async function fitLinearSvm(
  data: LinearSvmData,
  settings: LinearSvmSettings,
): Promise<LinearSvmModel> {
  const { count, size } = data;
  const present = [...new Set(Array.from(data.labels))].sort((a, b) => a - b);
  const { rows, toInputs } = prepare(data, settings.standardise);
  const weights = Array.from({ length: data.classes }, (): Float64Array | undefined => undefined);
  if (present.length === 1) {
    weights[present[0]!] = new Float64Array(size + 1);
    return { weights, scores: scorer(data, weights), iterations: [], converged: true };
  }
  const solve = await binarySvmSolver(rows, settings);
  const solutions: BinarySvm[] = [];
  for (const label of present.length === 2 ? present.slice(1) : present) {
    const solution = await solve(
      Int8Array.from({ length: count }, (_, i) => (data.labels[i] === label ? 1 : -1)),
    );
    solutions.push(solution);
    weights[label] = toInputs(solution.weights);
    settings.onProgress?.(solutions.length / present.length);
  }
  if (present.length === 2) weights[present[0]!] = weights[present[1]!]!.map((weight) => -weight);
  return {
    weights,
    scores: scorer(data, weights),
    iterations: solutions.map(({ iterations }) => iterations),
    converged: solutions.every(({ converged }) => converged),
  };
}

function scorer(
  { size, classes }: LinearSvmData,
  weights: readonly (Float64Array | undefined)[],
): LinearSvmModel['scores'] {
  return (inputs, count) => {
    const scores = new Float64Array(count * classes).fill(-Infinity);
    const row = new Float64Array(size + 1).fill(1);
    for (let i = 0; i < count; i++) {
      row.set(inputs.subarray(i * size, (i + 1) * size));
      weights.forEach((of, label) => {
        if (of) scores[i * classes + label] = dotRow(row, 0, of);
      });
    }
    return scores;
  };
}

/** The rows with their constant, and how weights of them become weights of the inputs. */
function prepare(
  { count, size, inputs }: LinearSvmData,
  standardised: boolean,
): { rows: Rows; toInputs: (weights: Float64Array) => Float64Array } {
  const standard = standardised ? standardise(inputs, size) : undefined;
  const from = standard?.inputs ?? inputs;
  const width = size + 1;
  const values = new Float64Array(count * width).fill(1);
  for (let i = 0; i < count; i++) values.set(from.subarray(i * size, (i + 1) * size), i * width);
  return {
    rows: { count, width, values },
    toInputs: (weights) => {
      if (!standard) return weights;
      const { means, scales } = standard;
      const unscaled = weights.map((weight, j) => (j < size ? weight / scales[j]! : weight));
      for (let j = 0; j < size; j++) unscaled[size]! -= unscaled[j]! * means[j]!;
      return unscaled;
    },
  };
}
