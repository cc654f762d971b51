import {
  adamSettings,
  createOptimizer,
  groupedConv2d,
  batchNormRelu,
  biasActivation,
  meanSquaredError,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { normal, uniform, type ParityCase, type ParityInput } from './parity-case.ts';

const STEPS = 3;

/** A network and its loss, from images and weights. */
interface TinyNetwork {
  readonly name: string;
  readonly images: readonly number[];
  readonly targets: readonly number[];
  readonly weights: readonly ParityInput[];
  readonly loss: (images: tf.Tensor, targets: tf.Tensor, weights: readonly tf.Tensor[]) => tf.Scalar;
}

const norm = (x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor4D =>
  batchNormRelu(x, gamma as tf.Tensor1D, beta as tf.Tensor1D).y as tf.Tensor4D;

/** What the presets and the classifiers are made of, each as small as it can be. */
const NETWORKS: readonly TinyNetwork[] = [
  {
    name: 'autoencoder',
    images: [2, 8, 8, 3],
    targets: [2, 8, 8, 3],
    weights: [
      normal([4, 4, 3, 4], 0, 0.2),
      uniform([4], 0.8, 1.2),
      normal([4], 0, 0.2),
      normal([36, 5], 0, 0.2),
      normal([5], 0, 0.2),
      normal([5, 36], 0, 0.2),
      normal([36], 0, 0.2),
      normal([4, 4, 3, 4], 0, 0.2),
    ],
    loss(images, targets, [filter, gamma, beta, encode, encodeBias, decode, decodeBias, back]) {
      const hidden = norm(tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 2, 'valid'), gamma!, beta!);
      const latent = biasActivation(
        tf.matMul(tf.reshape(hidden, [2, 36]), encode!),
        encodeBias as tf.Tensor1D,
      );
      const spread = biasActivation(tf.matMul(latent, decode!), decodeBias as tf.Tensor1D, 'relu');
      const grid = tf.reshape(spread, [2, 3, 3, 4]) as tf.Tensor4D;
      const output = tf.conv2dTranspose(grid, back as tf.Tensor4D, [2, 8, 8, 3], 2, 'valid');
      return meanSquaredError(tf.sigmoid(output), targets);
    },
  },
  {
    name: 'classifier',
    images: [3, 8, 8, 3],
    targets: [3, 4],
    weights: [
      normal([3, 3, 3, 8], 0, 0.3),
      uniform([8], 0.8, 1.2),
      normal([8], 0, 0.2),
      normal([3, 3, 4, 8], 0, 0.3),
      normal([3, 3, 8, 1], 0, 0.3),
      normal([8, 4], 0, 0.3),
    ],
    loss(images, targets, [filter, gamma, beta, grouped, depthwise, dense]) {
      const first = norm(tf.conv2d(images as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'), gamma!, beta!);
      const pooled = tf.maxPool(first, 3, 2, 'same');
      const middle = groupedConv2d(pooled, grouped as tf.Tensor4D, 2, 1, 'same');
      // The shortcut of residual networks.
      const summed = tf.relu(tf.add(pooled, middle)) as tf.Tensor4D;
      const last = tf.leakyRelu(tf.depthwiseConv2d(summed, depthwise as tf.Tensor4D, 2, 'same'), 0.01);
      const embedding = tf.reshape(tf.avgPool(last as tf.Tensor4D, 2, 1, 'valid'), [3, 8]);
      return tf.losses.softmaxCrossEntropy(tf.softmax(targets), tf.matMul(embedding, dense!)).asScalar();
    },
  },
];

/** Losses of three Adam steps, then the weights. */
function trainSteps(
  network: TinyNetwork,
  images: tf.Tensor,
  targets: tf.Tensor,
  start: readonly tf.Tensor[],
): tf.Tensor[] {
  const variables = start.map((weight) => tf.variable(weight));
  const optimizer = createOptimizer(adamSettings.parse({}), variables);
  const losses: tf.Tensor[] = [];
  for (let step = 0; step < STEPS; step++) {
    const { value, grads } = tf.variableGrads(() => network.loss(images, targets, variables), variables);
    optimizer.step(variables.map((variable) => grads[variable.name] ?? null));
    losses.push(value);
  }
  const results = [...losses, ...variables.map((variable) => variable.clone())];
  optimizer.dispose();
  tf.dispose(variables);
  return results;
}

/** Three training steps of tiny networks: loss, gradients and optimiser together. */
export const trainingCases: readonly ParityCase[] = NETWORKS.map((network) => ({
  id: `training: three steps of a tiny ${network.name}`,
  operation: 'training',
  inputs: [uniform(network.images, 0, 1), uniform(network.targets, 0, 1), ...network.weights],
  compute: (images, targets, ...weights) => trainSteps(network, images!, targets!, weights),
  differentiate: [],
}));
