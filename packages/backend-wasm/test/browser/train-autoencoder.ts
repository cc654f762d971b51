import * as tf from '@tensorflow/tfjs';

/** Numbers between -1 and 1 that every machine agrees on. */
const formula = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 7919 + phase * 104_729) % 2003) / 1001.5 - 1);

function filledWeights(model: tf.LayersModel): void {
  model.layers.forEach((layer, phase) => {
    const filled = layer.getWeights().map((weight, i) => {
      // Kernels only: gamma, beta, biases and statistics keep their ones and zeros.
      if (weight.rank < 2 || i > 0) return weight;
      const fan = weight.size / weight.shape.at(-1)!;
      return tf.tensor(
        formula(weight.size, phase).map((value) => value / Math.sqrt(fan)),
        weight.shape,
      );
    });
    layer.setWeights(filled);
  });
}

/** The image autoencoder of the benchmark with a quarter of its filters, in plain tfjs. */
function autoencoder(): tf.LayersModel {
  const input = tf.input({ shape: [64, 64, 3] });
  const through = (x: tf.SymbolicTensor, layer: tf.layers.Layer) => layer.apply(x) as tf.SymbolicTensor;
  let x: tf.SymbolicTensor = input;
  for (const filters of [8, 16, 32, 64]) {
    x = through(x, tf.layers.conv2d({ filters, kernelSize: 4, strides: 2, kernelInitializer: 'zeros' }));
    x = through(x, tf.layers.batchNormalization());
    x = through(x, tf.layers.reLU());
  }
  x = through(x, tf.layers.flatten());
  x = through(x, tf.layers.dense({ units: 16, kernelInitializer: 'zeros' }));
  x = through(x, tf.layers.dense({ units: 256, activation: 'relu', kernelInitializer: 'zeros' }));
  x = through(x, tf.layers.reshape({ targetShape: [1, 1, 256] }));
  for (const [filters, kernelSize] of [
    [32, 5],
    [16, 5],
    [8, 6],
  ] as const) {
    x = through(
      x,
      tf.layers.conv2dTranspose({ filters, kernelSize, strides: 2, kernelInitializer: 'zeros' }),
    );
    x = through(x, tf.layers.batchNormalization());
    x = through(x, tf.layers.reLU());
  }
  const last = tf.layers.conv2dTranspose({
    filters: 3,
    kernelSize: 6,
    strides: 2,
    activation: 'sigmoid',
    kernelInitializer: 'zeros',
  });
  const model = tf.model({ inputs: input, outputs: through(x, last) });
  filledWeights(model);
  return model;
}

/** Losses of ten steps of Adam on eight images. */
export async function trainAutoencoder(): Promise<number[]> {
  const model = autoencoder();
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'meanSquaredError' });
  const values = formula(8 * 64 * 64 * 3, 50).map((value) => (value + 1) / 2);
  const images = tf.tensor(values, [8, 64, 64, 3]);
  const losses: number[] = [];
  for (let step = 0; step < 10; step++) losses.push((await model.trainOnBatch(images, images)) as number);
  images.dispose();
  model.dispose();
  return losses;
}
