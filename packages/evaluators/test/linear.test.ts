import { readFileSync } from 'node:fs';
import { AbortedError, type EmbeddingSet, type TargetDescription } from '@paretrain/core';
import { evaluatorContext, expectAllclose, sampleDescription, sampleMethod } from '@paretrain/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { linear } from '../src/index.ts';
import { minimise } from '../src/linear/lbfgs.ts';
import { fitLeastSquares } from '../src/linear/least-squares.ts';
import { fitLogisticRegression } from '../src/linear/logistic-regression.ts';

interface Classification {
  size: number;
  classes: number;
  c: number;
  train: number[];
  trainLabels: number[];
  test: number[];
  testLabels: number[];
  accuracy: number;
  probabilities: number[];
  predicted: number[];
  leastSquares: { outputs: number[]; accuracy: number };
}
interface Regression {
  size: number;
  outputs: number;
  train: number[];
  trainTargets: number[];
  test: number[];
  testTargets: number[];
  predicted: number[];
}
const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/linear-scikit-learn.json', import.meta.url), 'utf8'),
) as { classification: Classification[]; regression: Regression[] };

beforeAll(() => tf.setBackend('cpu'));

function embeddings(values: number[], size: number, targets: number[]): EmbeddingSet {
  return {
    count: values.length / size,
    size,
    values: Float32Array.from(values),
    targets: Float32Array.from(targets),
  };
}

async function evaluateLinear(
  target: TargetDescription,
  train: EmbeddingSet,
  test: EmbeddingSet,
  options: unknown = {},
  signal?: AbortSignal,
): Promise<{ metrics: Readonly<Record<string, number>>; details?: unknown }> {
  const dataset = { ...sampleDescription('class'), target };
  const method = sampleMethod(dataset);
  try {
    return await linear.evaluate(
      evaluatorContext(linear, {
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

const classesOf = (n: number): TargetDescription => ({
  kind: 'class',
  classes: Array.from({ length: n }, (_, i) => `class ${i}`),
});
const positionOf = (n: number): TargetDescription => ({
  kind: 'position',
  names: Array.from({ length: n }, (_, i) => `p${i}`),
  unit: 'metre',
  offset: Array.from({ length: n }, () => 0),
  scale: Array.from({ length: n }, () => 1),
});

describe.each(fixture.classification)(
  'logistic regression against scikit-learn: $classes classes, $size numbers, C $c',
  (problem) => {
    it('has its probabilities', async () => {
      const { scores, converged } = await fitLogisticRegression(
        {
          count: problem.trainLabels.length,
          size: problem.size,
          inputs: Float32Array.from(problem.train),
          labels: problem.trainLabels,
          classes: problem.classes,
        },
        { c: problem.c, tolerance: 1e-8, maxIterations: 2000 },
      );
      expect(converged).toBe(true);
      const rows = problem.testLabels.length;
      const received = scores(Float32Array.from(problem.test), rows);
      const probabilities = Array.from({ length: rows }, (_, i) => {
        const exponentials = Array.from(
          received.subarray(i * problem.classes, (i + 1) * problem.classes),
          Math.exp,
        );
        const sum = exponentials.reduce((a, b) => a + b);
        return exponentials.map((value) => value / sum);
      }).flat();
      expectAllclose(probabilities, problem.probabilities, 1e-4);
    });

    it('has its accuracy, with the default tolerance', async () => {
      const result = await evaluateLinear(
        classesOf(problem.classes),
        embeddings(problem.train, problem.size, problem.trainLabels),
        embeddings(problem.test, problem.size, problem.testLabels),
        { C: problem.c },
      );
      expect(Math.abs(result.metrics['accuracy']! - problem.accuracy)).toBeLessThanOrEqual(0.002);
      expect(result.details).toMatchObject({ converged: true });
    });
  },
);

describe.each(fixture.classification)(
  'least squares of one-hot labels against scikit-learn: $classes classes, $size numbers',
  (problem) => {
    const rows = problem.testLabels.length;

    it('has its outputs', async () => {
      const count = problem.trainLabels.length;
      const model = await fitLeastSquares({
        count,
        size: problem.size,
        outputSize: problem.classes,
        inputs: Float32Array.from(problem.train),
        targets: Float32Array.from({ length: count * problem.classes }, (_, i) =>
          problem.trainLabels[Math.floor(i / problem.classes)] === i % problem.classes ? 1 : 0,
        ),
      });
      const received = model.predict(Float32Array.from(problem.test), rows);
      expectAllclose(received, problem.leastSquares.outputs, 1e-6);
    });

    it('has its accuracy; logistic regression stays what it was', async () => {
      const train = embeddings(problem.train, problem.size, problem.trainLabels);
      const test = embeddings(problem.test, problem.size, problem.testLabels);
      const target = classesOf(problem.classes);
      const result = await evaluateLinear(target, train, test, { solver: 'least-squares' });
      expect(Math.abs(result.metrics['accuracy']! - problem.leastSquares.accuracy)).toBeLessThanOrEqual(
        0.002,
      );
      expect(result.details).toMatchObject({ rank: problem.size });
      expect(result.details).not.toHaveProperty('converged');
      const logistic = await evaluateLinear(target, train, test, { solver: 'logistic' });
      expect(logistic.metrics).toEqual((await evaluateLinear(target, train, test)).metrics);
      expect(logistic.details).toHaveProperty('converged');
    });
  },
);

describe('options', () => {
  it('name no solver unless the user does: they are part of the ids of stored runs', () => {
    expect(linear.options.parse({})).toEqual({ C: 1, tolerance: 1e-6, maxIterations: 1000 });
  });
});

describe.each(fixture.regression.map((problem, i) => ({ ...problem, i })))(
  'least squares against scikit-learn: problem $i, $size numbers',
  (problem) => {
    it('has its predictions and their distance', async () => {
      const count = problem.trainTargets.length / problem.outputs;
      const model = await fitLeastSquares({
        count,
        size: problem.size,
        outputSize: problem.outputs,
        inputs: Float32Array.from(problem.train),
        targets: Float32Array.from(problem.trainTargets),
      });
      const rows = problem.testTargets.length / problem.outputs;
      expectAllclose(model.predict(Float32Array.from(problem.test), rows), problem.predicted, 1e-6);
      const result = await evaluateLinear(
        positionOf(problem.outputs),
        embeddings(problem.train, problem.size, problem.trainTargets),
        embeddings(problem.test, problem.size, problem.testTargets),
      );
      let sum = 0;
      for (let i = 0; i < rows; i++) {
        const row = Array.from({ length: problem.outputs }, (_, o) => i * problem.outputs + o);
        sum += Math.hypot(...row.map((at) => problem.predicted[at]! - problem.testTargets[at]!));
      }
      expect(result.metrics['distance']).toBeCloseTo(sum / rows, 5);
    });
  },
);

describe('degenerate data', () => {
  it('least squares finds the rank and gives the mean for constant embeddings', async () => {
    const dependent = fixture.regression[1]!;
    const count = dependent.trainTargets.length / dependent.outputs;
    const inputs = Float32Array.from(dependent.train);
    const targets = Float32Array.from(dependent.trainTargets);
    const data = { count, size: dependent.size, outputSize: dependent.outputs, inputs, targets };
    expect((await fitLeastSquares(data)).rank).toBe(5);
    const constant = await fitLeastSquares({ ...data, inputs: inputs.map(() => 0.1) });
    expect(constant.rank).toBe(0);
    const means = Array.from({ length: 3 }, (_, o) =>
      targets.reduce((sum, value, i) => sum + (i % 3 === o ? value / count : 0), 0),
    );
    expectAllclose(constant.predict(new Float32Array(dependent.size).fill(9), 1), means, 1e-6);
  });

  it('least squares gives the same for one block of rows and for many', async () => {
    const size = 7;
    const count = 1700;
    const values = Float32Array.from({ length: count * size }, (_, i) => Math.sin(i * i * 0.013));
    const targets = Float32Array.from(
      { length: count },
      (_, i) => 3 + 2 * values[i * size]! - values[i * size + 5]!,
    );
    const model = await fitLeastSquares({ count, size, outputSize: 1, inputs: values, targets });
    expectAllclose(model.predict(values, count), targets, 1e-6);
  });

  it('classifies with one row, with constant embeddings and with one class only', async () => {
    const one = embeddings([1, 2], 2, [1]);
    const test = embeddings([1, 2, 3, 4], 2, [1, 0]);
    expect((await evaluateLinear(classesOf(3), one, test)).metrics['accuracy']).toBe(0.5);
    const constant = embeddings([5, 5, 5], 1, [2, 2, 0]);
    const result = await evaluateLinear(classesOf(3), constant, embeddings([5, 5], 1, [2, 2]));
    expect(result.metrics['accuracy']).toBe(1);
  });

  it.each(['logistic', 'least-squares'])('%s never predicts an absent class', async (solver) => {
    const train = embeddings([0, 1, 10, 11], 1, [0, 0, 2, 2]);
    const test = embeddings([0, 10, 5.5], 1, [0, 2, 1]);
    const result = await evaluateLinear(classesOf(3), train, test, { solver });
    expect(result.metrics['accuracy']).toBeCloseTo(2 / 3, 10);
  });

  it('stops on request', async () => {
    const { train, trainLabels, size } = fixture.classification[0]!;
    const set = embeddings(train, size, trainLabels);
    await expect(evaluateLinear(classesOf(4), set, set, {}, AbortSignal.abort())).rejects.toThrow(
      AbortedError,
    );
  });
});

describe('minimise', () => {
  it('finds the minimum of the Rosenbrock function', async () => {
    const result = await minimise(
      (x, gradient) => {
        const [a, b] = [x[0]!, x[1]!];
        gradient.set([-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)]);
        return (1 - a) ** 2 + 100 * (b - a * a) ** 2;
      },
      Float64Array.of(-1.2, 1),
      { tolerance: 1e-8, maxIterations: 200 },
    );
    expect(result.converged).toBe(true);
    expect(result.x[0]).toBeCloseTo(1, 6);
    expect(result.x[1]).toBeCloseTo(1, 6);
  });

  it('says when it has not converged', async () => {
    const slow = (x: Float64Array, gradient: Float64Array): number => {
      for (let i = 0; i < x.length; i++) gradient[i] = 4 * (i + 1) * x[i]! ** 3;
      return x.reduce((sum, value, i) => sum + (i + 1) * value ** 4, 0);
    };
    const result = await minimise(slow, Float64Array.of(3, -2, 5), { tolerance: 1e-12, maxIterations: 3 });
    expect(result).toMatchObject({ converged: false, iterations: 3 });
  });
});
