import type * as tf from '@tensorflow/tfjs';

/**
 * Floating-point operations of a training step of the image autoencoder, from its layers: 2 a multiply-add of products and
 * convolutions and nothing for anything else. A trained layer runs forward and for both gradients; the first one needs no gradient of the
 * images, and the second head, which only variational methods train, runs forward alone.
 */
export function autoencoderStepFlops(
  networks: Readonly<Record<string, tf.LayersModel>>,
  batchSize: number,
): number {
  const passes = (layer: tf.layers.Layer): number =>
    layer.name === 'convolution1' ? 2 : layer.name === 'logVariance' ? 1 : 3;
  return Object.values(networks)
    .flatMap((network) => network.layers)
    .reduce((sum, layer) => sum + passes(layer) * forwardFlops(layer) * batchSize, 0);
}

/** Of one image. */
function forwardFlops(layer: tf.layers.Layer): number {
  const kernel = layer.weights[0]?.shape as number[] | undefined;
  const positions = (shape: unknown): number => (shape as number[])[1]! * (shape as number[])[2]!;
  switch (layer.getClassName()) {
    case 'Dense':
      return 2 * size(kernel!);
    case 'Conv2D':
      return 2 * positions(layer.outputShape) * size(kernel!);
    case 'Conv2DTranspose':
      // Every position of the input meets the whole kernel.
      return 2 * positions((layer.input as tf.SymbolicTensor).shape) * size(kernel!);
    default:
      return 0;
  }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
