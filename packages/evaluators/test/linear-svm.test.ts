import { readFileSync } from 'node:fs';
import {
  AbortedError,
  ConfigurationError,
  NonFiniteError,
  parseOptions,
  type EmbeddingSet,
  type Evaluator,
  type EvaluatorResult,
  type TargetDescription,
} from '@paretrain/core';
import { evaluatorContext, expectAllclose, sampleDescription, sampleMethod } from '@paretrain/testing';
import { Matrix, solve } from 'ml-matrix';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { linear, linearSvm } from '../src/index.ts';
import { fitLeastSquares } from '../src/linear/least-squares.ts';
import { fitLinearSvm, type LinearSvmModel } from '../src/linear/linear-svm.ts';
import { fitLogisticRegression } from '../src/linear/logistic-regression.ts';
import { RowProducts } from '../src/linear/row-products.ts';
import { integerEmbeddings, type IntegerEmbeddings } from './integer-embeddings.ts';

interface Machine {
  options: { loss: 'squared-hinge' | 'hinge'; C: number; standardise: boolean };
  /** Weights of the inputs, then the intercept, of every class. */
  weights: number[][];
  accuracy: number;
}
interface Problem {
  name: string;
  train: number;
  test: number;
  madeFrom: IntegerEmbeddings;
  /** Of all the numbers of both splits. */
  sum: number;
  machines: Machine[];
  /** Probabilities and one-hot targets by least squares, of the first test rows. */
  logistic: { accuracy: number; probabilities: number[] };
  leastSquares: number[];
}
const { problems } = JSON.parse(
  readFileSync(new URL('./fixtures/linear-svm-scikit-learn.json', import.meta.url), 'utf8'),
) as { problems: Problem[] };

beforeAll(() => tf.setBackend('cpu'));

const classesOf = (n: number): TargetDescription => ({
  kind: 'class',
  classes: Array.from({ length: n }, (_, i) => `class ${i}`),
});

function embeddings(values: number[], size: number, targets: number[]): EmbeddingSet {
  return {
    count: values.length / size,
    size,
    values: Float32Array.from(values),
    targets: Float32Array.from(targets),
  };
}

async function evaluate(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an evaluator of any options
  evaluator: Evaluator<any>,
  target: TargetDescription,
  { train, test }: { train: EmbeddingSet; test: EmbeddingSet },
  options: unknown = {},
  signal?: AbortSignal,
): Promise<EvaluatorResult> {
  const dataset = { ...sampleDescription('class'), target };
  const method = sampleMethod(dataset);
  try {
    return await evaluator.evaluate(
      evaluatorContext(evaluator, {
        dataset,
        method,
        embeddings: { train, test },
        options,
        ...(signal && { signal }),
      }),
    );
  } finally {
    method.dispose();
  }
}

/** Fits with the evaluator's options. */
function fit(train: EmbeddingSet, classes: number, given: unknown): Promise<LinearSvmModel> {
  const { C: c, ...options } = parseOptions(linearSvm, given);
  const { count, size, values: inputs, targets: labels } = train;
  return fitLinearSvm({ count, size, inputs, labels, classes }, { c, ...options });
}

/** Share of rows whose highest score is their label's. */
function share(scores: Float64Array, labels: Float32Array): number {
  const classes = scores.length / labels.length;
  const right = labels.filter((label, i) => {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    return row[label] === Math.max(...row);
  });
  return right.length / labels.length;
}

const length = (values: readonly number[]): number => Math.hypot(...values);

describe.each(problems)('$name classes, against scikit-learn', ({ madeFrom, ...problem }) => {
  const train = integerEmbeddings(madeFrom, 0, problem.train);
  const test = integerEmbeddings(madeFrom, problem.train, problem.test);
  const { size, classes } = madeFrom;
  const some = test.values.subarray(0, (problem.leastSquares.length / classes) * size);
  const data = { count: train.count, size, inputs: train.values };
  const spreads = Array.from({ length: size }, (_, j) => {
    const column = train.values.filter((_, i) => i % size === j);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    return Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length);
  });

  it('is the same data', () => {
    const sum = [train, test].reduce((total, { values }) => total + values.reduce((a, b) => a + b, 0), 0);
    expect(sum).toBe(problem.sum);
  });

  it.each(problem.machines)(
    'has the weights and the accuracy of LinearSVC: $options.loss, C $options.C, standardised: $options.standardise',
    async ({ options, weights: solved, accuracy }) => {
      const { weights, converged, scores } = await fit(train, classes, options);
      expect(converged).toBe(true);
      solved.forEach((expected, label) => {
        const differences = expected.map((weight, j) => weights[label]![j]! - weight);
        expect(length(differences) / length(expected)).toBeLessThan(1e-3);
        // By what a column's weight does to the decision, so that columns of large numbers count.
        const effect = (of: readonly number[]) => length(spreads.map((spread, j) => of[j]! * spread));
        expect(effect(differences) / effect(expected)).toBeLessThan(1e-3);
        expect(Math.abs(differences[size]! / expected[size]!)).toBeLessThan(1e-3);
      });
      const received = share(scores(test.values, test.count), test.targets);
      expect(Math.abs(received - accuracy)).toBeLessThanOrEqual(0.002);
    },
  );

  it('has the accuracy of LinearSVC as an evaluator, with its defaults', async () => {
    const { metrics, details } = await evaluate(linearSvm, classesOf(classes), { train, test });
    const [{ options, accuracy }] = problem.machines as [Machine];
    expect(parseOptions(linearSvm, {})).toMatchObject(options);
    expect(Math.abs(metrics['accuracy']! - accuracy)).toBeLessThanOrEqual(0.002);
    expect(details).toMatchObject({ converged: true });
  });

  it('has the accuracy and the probabilities of LogisticRegression', async () => {
    const { C: c, ...defaults } = parseOptions(linear, {});
    const { scores, converged } = await fitLogisticRegression(
      { ...data, labels: train.targets, classes },
      { c, ...defaults },
    );
    expect(converged).toBe(true);
    const received = scores(test.values, test.count);
    expect(Math.abs(share(received, test.targets) - problem.logistic.accuracy)).toBeLessThanOrEqual(0.002);
    const exponentials = Array.from(received.subarray(0, problem.logistic.probabilities.length), Math.exp);
    const probabilities = exponentials.map((value, i) => {
      const row = Math.floor(i / classes) * classes;
      return value / exponentials.slice(row, row + classes).reduce((a, b) => a + b);
    });
    expectAllclose(probabilities, problem.logistic.probabilities, 1e-3);
  });

  it('has the predictions of LinearRegression', async () => {
    const targets = new Float32Array(train.count * classes);
    train.targets.forEach((label, i) => (targets[i * classes + label] = 1));
    const { predict } = await fitLeastSquares({ ...data, outputSize: classes, targets });
    expectAllclose(predict(some, some.length / size), problem.leastSquares, 1e-6);
  });
});

describe('one problem with a solution by hand', () => {
  // Rows 1 and -1 of two classes: the intercept is 0; 1/2 w^2 + 2 C (1 - w)^2 and 1/2 w^2 + 2 C (1 - w), w at most 1.
  const rows = embeddings([-1, 1], 1, [0, 1]);

  it('solves the squared hinge', async () => {
    const { weights, scores } = await fit(rows, 2, { C: 0.5 });
    expect(weights[1]![0]).toBeCloseTo(2 / 3, 8);
    expect(weights[1]![1]).toBeCloseTo(0, 8);
    expectAllclose(scores(Float32Array.of(3), 1), [-2, 2], 1e-8);
  });

  it('solves the hinge', async () => {
    expect((await fit(rows, 2, { C: 0.2, loss: 'hinge' })).weights[1]![0]).toBeCloseTo(0.4, 4);
    expect((await fit(rows, 2, { C: 3, loss: 'hinge' })).weights[1]![0]).toBeCloseTo(1, 4);
  });
});

describe.each([4, 5])('products of rows of %i numbers', (width) => {
  it('solve with the rows that were included last, however many came and went', async () => {
    const count = 23;
    const values = Float64Array.from({ length: count * width }, (_, i) => Math.sin(1 + i * i));
    const products = RowProducts.none({ count, width, values });
    const right = Float64Array.from({ length: width }, (_, i) => i + 1);
    for (const share of [1, 0.3, 0.4, 0.9]) {
      const included = Uint8Array.from({ length: count }, (_, i) => ((i * 0.37) % 1 < share ? 1 : 0));
      await products.include(included);
      const kept = new Matrix(
        Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width)).filter(
          (_, i) => included[i],
        ),
      );
      const system = Matrix.eye(width).add(kept.transpose().mmul(kept).mul(0.7));
      const x = solve(system, Matrix.columnVector(right)).to1DArray();
      expectAllclose(products.solve(0.7, right), x, 1e-12);
    }
  });
});

describe.each(['squared-hinge', 'hinge'] as const)('degenerate data, %s', (loss) => {
  it('classifies with one row and with constant embeddings', async () => {
    const test = embeddings([1, 2, 3, 4], 2, [1, 0]);
    const one = await evaluate(
      linearSvm,
      classesOf(3),
      { train: embeddings([1, 2], 2, [1]), test },
      { loss },
    );
    expect(one.metrics['accuracy']).toBe(0.5);
    const constant = { train: embeddings([5, 5, 5], 1, [2, 2, 0]), test: embeddings([5, 5], 1, [2, 2]) };
    for (const standardise of [false, true]) {
      const { metrics } = await evaluate(linearSvm, classesOf(3), constant, { loss, standardise });
      expect(metrics['accuracy']).toBe(1);
    }
  });

  it('never predicts a class that is absent from the training split', async () => {
    const train = embeddings([0, 1, 10, 11, 30, 31], 1, [0, 0, 2, 2, 3, 3]);
    const { weights, scores } = await fit(train, 4, { loss });
    expect(weights[1]).toBeUndefined();
    expect(scores(Float32Array.of(10), 1)[1]).toBe(-Infinity);
  });

  it('copes with copies of columns of large numbers and hardly any penalty', async () => {
    const { madeFrom } = problems[0]!;
    const { count, size, values, targets } = integerEmbeddings(madeFrom, 0, 200);
    const twice = Float32Array.from(
      { length: 2 * values.length },
      (_, i) => 1e6 * values[Math.floor(i / (2 * size)) * size + (i % size)]!,
    );
    const { scores } = await fit({ count, size: 2 * size, values: twice, targets }, 4, {
      loss,
      C: 1e6,
      maxIterations: 60,
    });
    expect(share(scores(twice, count), targets)).toBeGreaterThan(0.95);
  });

  it('says when the numbers are too large', async () => {
    const train = embeddings([-1e30, 1e30, 1, 2], 1, [0, 1, 1, 2]);
    await expect(fit(train, 3, { loss, C: 1e300 })).rejects.toThrow(NonFiniteError);
  });

  it('says when it has not converged', async () => {
    const { madeFrom } = problems[0]!;
    const set = integerEmbeddings(madeFrom, 0, 100);
    const data = { train: set, test: set };
    const { details } = await evaluate(linearSvm, classesOf(4), data, { loss, maxIterations: 2 });
    expect(details).toMatchObject({ converged: false, iterations: [2, 2, 2, 2] });
  });
});

describe('the evaluator', () => {
  const { madeFrom } = problems[0]!;
  const set = integerEmbeddings(madeFrom, 0, 200);

  it('stops on request in the middle of a fit', async () => {
    const stop = new AbortController();
    const evaluation = evaluate(
      linearSvm,
      classesOf(4),
      { train: set, test: set },
      { loss: 'hinge' },
      stop.signal,
    );
    const stopped = expect(evaluation).rejects.toThrow(AbortedError);
    setTimeout(() => stop.abort(), 0);
    await stopped;
  });

  it('is for classes alone, and says what is for positions', async () => {
    const dataset = sampleDescription('position');
    const method = sampleMethod(dataset);
    expect(linearSvm.applies(method, dataset)).toBe(false);
    expect(linearSvm.applies(method, sampleDescription('class'))).toBe(true);
    method.dispose();
    const evaluation = evaluate(linearSvm, dataset.target, { train: set, test: set });
    await expect(evaluation).rejects.toThrow(ConfigurationError);
    await expect(evaluation).rejects.toThrow(/position.*valid: class.*linear/);
  });
});
