import type { Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { checkPositiveInteger } from './checks.ts';
import { initializeWeights, type Initialization } from './initialization.ts';
import { Dense } from './layers/dense.ts';

/** PyTorch's default, where tfjs has .3. */
const LEAKY_SLOPE = 0.01;

export interface PredictorOptions {
  /** Numbers per input, from 1. */
  readonly inputSize: number;
  /** Units of each hidden layer; none: a linear predictor. */
  readonly hidden: readonly number[];
  /** Numbers per prediction, from 1. */
  readonly outputSize: number;
  readonly rng: Rng;
  /** Default: `pytorch`. */
  readonly initialization?: Initialization;
}

/**
 * The predictor of papers 000-001: a multi-layer perceptron, leaky ReLU (slope .01) after every hidden layer, linear
 * output.
 *
 * Input [batch, inputSize], output [batch, outputSize].
 *
 * @throws {ConfigurationError} on a size below 1
 */
export function predictor(options: PredictorOptions): tf.LayersModel {
  const { inputSize, hidden, outputSize, rng, initialization } = options;
  checkPositiveInteger('predictor', 'input size', inputSize);
  hidden.forEach((units, i) => checkPositiveInteger('predictor', `units of hidden layer ${i + 1}`, units));
  checkPositiveInteger('predictor', 'output size', outputSize);
  const input = tf.input({ shape: [inputSize], name: 'input' });
  let x = input;
  hidden.forEach((units, i) => {
    x = new Dense({ name: `hidden${i + 1}`, units, kernelInitializer: 'zeros' }).apply(
      x,
    ) as tf.SymbolicTensor;
    const activation = tf.layers.leakyReLU({ name: `leakyRelu${i + 1}`, alpha: LEAKY_SLOPE });
    x = activation.apply(x) as tf.SymbolicTensor;
  });
  x = new Dense({ name: 'output', units: outputSize, kernelInitializer: 'zeros' }).apply(
    x,
  ) as tf.SymbolicTensor;
  const model = tf.model({ name: 'predictor', inputs: input, outputs: x });
  initializeWeights(model, rng, initialization);
  return model;
}
