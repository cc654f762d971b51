import '@paretrain/backend-wasm';
import { Rng, networkVariables } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { imageDecoder, imageEncoder, predictor } from '../src/index.ts';

const SIZE = 64;
const image = { height: SIZE, width: SIZE, channels: 3 };
const latentSize = 6;

/** The decoder's layers as plain operations of tfjs on its weights: no layer of ours, no fused kernel. */
function plainDecoder(decoder: tf.LayersModel, z: tf.Tensor2D): tf.Tensor4D {
  const weight = (layer: string, name: string): tf.Tensor =>
    decoder
      .getLayer(layer)
      .weights.find((w) => w.originalName.endsWith(`/${name}`))!
      .read();
  let x = tf.relu(tf.add(tf.matMul(z, weight('dense', 'kernel') as tf.Tensor2D), weight('dense', 'bias')));
  let y = tf.reshape(x, [z.shape[0], 1, 1, 1024]) as tf.Tensor4D;
  [5, 13, 30, 64].forEach((side, i) => {
    const name = `deconvolution${i + 1}`;
    const kernel = weight(name, 'kernel') as tf.Tensor4D;
    y = tf.conv2dTranspose(y, kernel, [z.shape[0], side, side, kernel.shape[2]], 2, 'valid');
    y = tf.add(y, weight(name, 'bias'));
    if (i === 3) return;
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const centred = tf.div(tf.sub(y, mean), tf.sqrt(tf.add(variance, 1e-5)));
    y = tf.relu(tf.add(tf.mul(centred, weight(`norm${i + 1}`, 'gamma')), weight(`norm${i + 1}`, 'beta')));
  });
  x = tf.sigmoid(y);
  return x as tf.Tensor4D;
}

describe('image networks', () => {
  let encoder: tf.LayersModel;
  let decoder: tf.LayersModel;
  let images: tf.Tensor4D;
  const rng = Rng.stream(0, 'test');
  beforeAll(async () => {
    await tf.setBackend('wasm');
    await tf.ready();
    encoder = imageEncoder({ image, latentSize, rng });
    decoder = imageDecoder({ image, latentSize, rng });
    images = tf.tensor4d(rng.uniformArray(5 * SIZE * SIZE * 3), [5, SIZE, SIZE, 3]);
  });
  afterAll(() => {
    encoder.dispose();
    decoder.dispose();
    images.dispose();
  });

  const numbers = async (tensor: tf.Tensor): Promise<Float32Array> => {
    const values = (await tensor.data()) as Float32Array;
    tensor.dispose();
    return values;
  };
  /** Norm-relative. */
  const error = (a: Float32Array, b: Float32Array): number => {
    const squares = (values: Float32Array): number => values.reduce((sum, value) => sum + value ** 2, 0);
    return Math.sqrt(squares(a.map((value, i) => value - b[i]!)) / squares(b));
  };

  it('train like plain operations with biases: value and every gradient', async () => {
    const z = tf.tensor2d(rng.normalArray(4 * latentSize), [4, latentSize]);
    const target = images.slice([0, 0, 0, 0], [4, SIZE, SIZE, 3]);
    const variables = networkVariables(decoder).filter((variable) => variable.trainable);
    const gradients = (run: () => tf.Tensor): { value: tf.Tensor; grads: tf.NamedTensorMap } =>
      tf.variableGrads(() => tf.mean(tf.squaredDifference(run(), target)) as tf.Scalar, variables);
    const ours = gradients(() => decoder.apply(z, { training: true }) as tf.Tensor);
    const plain = gradients(() => plainDecoder(decoder, z));
    expect(ours.value.dataSync()[0]).toBeCloseTo(plain.value.dataSync()[0]!, 6);
    let compared = 0;
    for (const variable of variables) {
      const received = ours.grads[variable.name];
      const expected = plain.grads[variable.name]!;
      if (/deconvolution[123]\/bias/.test(variable.name)) {
        // In front of batch normalisation the true gradient is zero: ours has none, theirs is rounding error.
        expect(received ?? null).toBeNull();
        expect(tf.tidy(() => tf.max(tf.abs(expected)).dataSync()[0])).toBeLessThan(1e-6);
        continue;
      }
      expect(
        error(await received!.data<'float32'>(), await expected.data<'float32'>()),
        variable.name,
      ).toBeLessThan(1e-4);
      compared++;
    }
    expect(compared).toBe(variables.length - 3);
    tf.dispose([z, target, ours, plain]);
  });

  it('keep moving statistics of the batch with its bias, the variance unbiased, in training passes only', async () => {
    const fresh = imageEncoder({ image, latentSize, rng });
    const layer = fresh.getLayer('norm1');
    const statistics = async (): Promise<Float32Array[]> =>
      Promise.all(
        layer
          .getWeights()
          .slice(2)
          .map((weight) => weight.data() as Promise<Float32Array>),
      );
    tf.dispose(fresh.predict(images) as tf.Tensor[]);
    tf.dispose(fresh.apply(images, { training: false }) as tf.Tensor[]);
    expect(await statistics()).toEqual([new Float32Array(32), new Float32Array(32).fill(1)]);

    tf.dispose(fresh.apply(images, { training: true }) as tf.Tensor[]);
    const [kernel, bias] = fresh.getLayer('convolution1').getWeights() as [tf.Tensor4D, tf.Tensor1D];
    const [mean, variance] = tf.tidy(() => {
      const x = tf.add(tf.conv2d(images, kernel, 2, 'valid'), bias);
      const moments = tf.moments(x, [0, 1, 2]);
      const count = 5 * 31 * 31;
      return [
        tf.mul(moments.mean, 0.1),
        tf.add(0.9, tf.mul(moments.variance, (0.1 * count) / (count - 1))),
      ] as const;
    });
    const [movingMean, movingVariance] = await statistics();
    expect(error(movingMean!, await numbers(mean))).toBeLessThan(1e-5);
    expect(error(movingVariance!, await numbers(variance))).toBeLessThan(1e-5);
    fresh.dispose();
  });

  it('do not mix the images of a batch in evaluation mode', async () => {
    const one = tf.tidy(
      () => (encoder.predict(images.slice([2, 0, 0, 0], [1, SIZE, SIZE, 3])) as tf.Tensor[])[0]!,
    );
    const all = tf.tidy(() => (encoder.predict(images) as tf.Tensor[])[0]!.slice([2, 0], [1, latentSize]));
    expect(error(await numbers(one), await numbers(all))).toBeLessThan(1e-5);
  });

  it('leave no tensors behind, whether training or not', () => {
    const variables = networkVariables(encoder).filter((variable) => variable.trainable);
    const step = (): void => {
      const { value, grads } = tf.variableGrads(() => {
        const [mean] = encoder.apply(images, { training: true }) as tf.Tensor[];
        return tf.mean(decoder.apply(mean!, { training: true }) as tf.Tensor) as tf.Scalar;
      }, variables);
      tf.dispose([value, grads]);
    };
    step();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) step();
    tf.dispose(encoder.predict(images) as tf.Tensor[]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('can be saved, and loaded by plain tfjs', async () => {
    let artifacts: tf.io.ModelArtifacts | undefined;
    await decoder.save(
      tf.io.withSaveHandler(async (saved) => {
        artifacts = saved;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts!));
    const z = tf.tensor2d(rng.normalArray(2 * latentSize), [2, latentSize]);
    const expected = await numbers(decoder.predict(z) as tf.Tensor);
    expect(error(await numbers(loaded.predict(z) as tf.Tensor), expected)).toBeLessThan(1e-6);
    expect(loaded.countParams()).toBe(decoder.countParams());
    expect(loaded.layers.map((layer) => layer.getClassName())).toEqual(
      decoder.layers.map((layer) => layer.getClassName()),
    );
    // Stock layers: the constructors are tfjs's own.
    expect(loaded.getLayer('norm1').constructor).toBe(tf.layers.batchNormalization({}).constructor);
    // Loaded, it can be trained on with tfjs's own layers.
    expect(tf.tidy(() => loaded.apply(z, { training: true }) as tf.Tensor).shape).toEqual([2, SIZE, SIZE, 3]);
    loaded.dispose();
    z.dispose();
  });

  it('print a summary of stock layers', () => {
    const lines: string[] = [];
    encoder.summary(120, undefined, (line) => lines.push(String(line)));
    expect(lines.join('\n')).toMatch(/norm1 \(BatchNormalization\)/);
    expect(lines.join('\n')).toMatch(/Total params/);
  });
});

describe('predictor', () => {
  it('has leaky ReLU of slope .01 between layers and a linear output', async () => {
    await tf.setBackend('cpu');
    const model = predictor({ inputSize: 3, hidden: [4], outputSize: 2, rng: Rng.stream(1, 'predictor') });
    const x = tf.tensor2d([-30, 20, 10, 5, -7, 100], [2, 3]);
    const [w1, b1, w2, b2] = model.getWeights() as [tf.Tensor2D, tf.Tensor1D, tf.Tensor2D, tf.Tensor1D];
    const expected = tf.tidy(() => {
      const hidden = tf.add(tf.matMul(x, w1), b1);
      expect(hidden.dataSync().some((value) => value < 0)).toBe(true);
      const leaky = tf.where(tf.greater(hidden, 0), hidden, tf.mul(hidden, 0.01)) as tf.Tensor2D;
      return tf.add(tf.matMul(leaky, w2), b2);
    });
    for (const training of [false, true]) {
      const received = tf.tidy(() => model.apply(x, { training }) as tf.Tensor);
      const difference = tf.tidy(() => tf.max(tf.abs(tf.sub(received, expected))).dataSync()[0]);
      expect(difference).toBeLessThan(1e-5);
      received.dispose();
    }
    expected.dispose();
    x.dispose();
    model.dispose();
  });
});
