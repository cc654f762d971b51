import { minimise } from './lbfgs.ts';
import { standardise } from './standardise.ts';

export interface LogisticData {
  readonly count: number;
  readonly size: number;
  /** count x size. */
  readonly inputs: Float32Array;
  /** Class indices, one per row. */
  readonly labels: ArrayLike<number>;
  readonly classes: number;
}

export interface LogisticOptions {
  /** Inverse strength of the L2 penalty on the weights, as in scikit-learn. */
  readonly c: number;
  readonly tolerance: number;
  readonly maxIterations: number;
  readonly onIteration?: () => Promise<void>;
}

export interface LogisticModel {
  /**
   * Scores (log-probabilities up to a constant) of rows, count x classes; minus infinity for classes without a training row.
   */
  scores(inputs: Float32Array, count: number): Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/**
 * Multinomial logistic regression: minimises C times the sum of the cross-entropies plus half the squared weights, the
 * intercepts free, as scikit-learn's `LogisticRegression` does (with two classes its penalty is on the difference of their
 * weights). Solved to convergence in standardised coordinates, which changes the path, not the minimum.
 */
export async function fitLogisticRegression(
  data: LogisticData,
  options: LogisticOptions,
): Promise<LogisticModel> {
  const { count, size } = data;
  const present = [...new Set(Array.from(data.labels))].sort((a, b) => a - b);
  const k = present.length;
  const { inputs, means, scales } = standardise(data.inputs, size);
  const labels = Uint32Array.from(data.labels, (label) => present.indexOf(label));
  // Two weight vectors w and -w stand for the one of the binary model, 2 w.
  const penalty = (k === 2 ? 2 : 1) / (options.c * count);
  const biases = size * k;
  const objective = (x: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    const scores = new Float64Array(k);
    for (let i = 0; i < count; i++) {
      for (let c = 0; c < k; c++) scores[c] = x[biases + c]!;
      for (let j = 0, at = i * size; j < size; j++, at++) {
        const value = inputs[at]!;
        for (let c = 0, w = j * k; c < k; c++, w++) scores[c]! += value * x[w]!;
      }
      loss -= scores[labels[i]!]! - toProbabilities(scores);
      scores[labels[i]!]! -= 1;
      for (let c = 0; c < k; c++) gradient[biases + c]! += scores[c]!;
      for (let j = 0, at = i * size; j < size; j++, at++) {
        const value = inputs[at]!;
        for (let c = 0, w = j * k; c < k; c++, w++) gradient[w]! += value * scores[c]!;
      }
    }
    let squares = 0;
    for (let i = 0; i < gradient.length; i++) gradient[i]! /= count;
    for (let w = 0; w < biases; w++) {
      const scale = scales[Math.floor(w / k)]!;
      const weight = x[w]! / scale;
      squares += weight * weight;
      gradient[w]! += (penalty * weight) / scale;
    }
    return loss / count + (penalty * squares) / 2;
  };
  const solution = await minimise(objective, new Float64Array((size + 1) * k), options);
  return {
    iterations: solution.iterations,
    converged: solution.converged,
    scores: (rows, n) => {
      const all = new Float64Array(n * data.classes).fill(-Infinity);
      for (let i = 0; i < n; i++) {
        present.forEach((label, c) => {
          let score = solution.x[biases + c]!;
          for (let j = 0; j < size; j++) {
            score += ((rows[i * size + j]! - means[j]!) / scales[j]!) * solution.x[j * k + c]!;
          }
          all[i * data.classes + label] = score;
        });
      }
      return all;
    },
  };
}

/** Turns scores into probabilities in place; returns the logarithm of their sum of exponentials. */
function toProbabilities(scores: Float64Array): number {
  let highest = -Infinity;
  for (const score of scores) highest = Math.max(highest, score);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) {
    scores[c] = Math.exp(scores[c]! - highest);
    sum += scores[c]!;
  }
  for (let c = 0; c < scores.length; c++) scores[c]! /= sum;
  return highest + Math.log(sum);
}
