import {
  biasActivation,
  createOptimizer,
  meanSquaredError,
  sigmoidMeanSquaredError,
  adamSettings,
  sgdSettings,
  type OptimizerSettings,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { integers, normal, uniform, type ParityCase } from './parity-case.ts';

const STEPS = 5;

/** Weights and moments after some steps on the same gradients; weights that no gradient reaches stay. */
function optimize(
  settings: OptimizerSettings,
  start: tf.Tensor,
  gradients: readonly tf.Tensor[],
): tf.Tensor[] {
  const variables = [tf.variable(start), tf.variable(start)];
  const optimizer = createOptimizer(settings, variables);
  for (const gradient of gradients) optimizer.step([gradient, null]);
  const results = [...variables, ...optimizer.slots].map((tensor) => tensor.clone());
  optimizer.dispose();
  tf.dispose(variables);
  return results;
}

function optimizerCase(name: string, settings: OptimizerSettings): ParityCase {
  return {
    id: `optimizer ${settings.name}: ${name}`,
    operation: `optimizer ${settings.name}`,
    inputs: Array.from({ length: STEPS + 1 }, () => normal([5, 9])),
    compute: (start, ...gradients) => optimize(settings, start!, gradients),
    differentiate: [],
  };
}

/** Operations that some backends do in one kernel, losses and optimisers. */
export const fusedCases: readonly ParityCase[] = [
  ...(['linear', 'relu', 'sigmoid'] as const).flatMap((activation) =>
    [
      [7, 3],
      [2, 3, 5, 4],
      [5, 13],
      [3, 1],
    ].map((shape): ParityCase => ({
      id: `biasActivation: ${activation}, [${shape}]`,
      operation: 'biasActivation',
      inputs: [normal(shape), normal([shape.at(-1)!])],
      compute: (x, bias) => biasActivation(x!, bias as tf.Tensor1D, activation),
    })),
  ),
  ...[[1], [5, 3], [2, 16, 16, 3]].flatMap((shape): ParityCase[] => [
    {
      id: `meanSquaredError: [${shape}]`,
      operation: 'meanSquaredError',
      inputs: [normal(shape), normal(shape)],
      compute: (x, target) => meanSquaredError(x!, target!),
      differentiate: [0],
    },
    {
      id: `sigmoidMeanSquaredError: [${shape}]`,
      operation: 'sigmoidMeanSquaredError',
      inputs: [normal(shape), uniform(shape, 0, 1)],
      compute: (x, target) => sigmoidMeanSquaredError(x!, target!),
      differentiate: [0],
    },
  ]),
  ...[1, 5].map((batch): ParityCase => ({
    id: `losses.softmaxCrossEntropy: batch ${batch}, 7 classes`,
    operation: 'losses.softmaxCrossEntropy',
    inputs: [normal([batch, 7], 0, 3), integers([batch], 7)],
    compute: (logits, classes) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(classes as tf.Tensor1D, 7), logits!),
  })),
  optimizerCase('five steps', adamSettings.parse({})),
  optimizerCase('large steps', adamSettings.parse({ learningRate: 0.1, beta1: 0.5 })),
  optimizerCase('plain', sgdSettings.parse({ name: 'sgd', learningRate: 0.1 })),
  optimizerCase(
    'momentum and weight decay',
    sgdSettings.parse({ name: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }),
  ),
];
