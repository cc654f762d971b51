import '@paretrain/backend-wasm';
import { ConfigurationError, Rng } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  densenet121,
  dpn92,
  resnet18,
  trainableParameters,
  vgg,
  type ClassifierOptions,
} from '../src/index.ts';

const image = { height: 32, width: 32, channels: 3 };
const rng = Rng.stream(3, 'classifiers-test');
/** Weights that nothing reads need no random numbers; counts and shapes do not depend on them. */
const zeros = { nextUint32: () => 2 ** 31 } as unknown as Rng;

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

describe('numbers of trainable parameters', () => {
  const count = (model: tf.LayersModel): number => {
    const parameters = trainableParameters(model);
    model.dispose();
    return parameters;
  };

  it('equal the published networks', () => {
    expect(count(resnet18({ image, classes: 10, rng: zeros }))).toBe(11_173_962);
    expect(count(dpn92({ image, classes: 10, rng: zeros }))).toBe(34_236_634);
    expect(count(densenet121({ image, classes: 10, rng: zeros }))).toBe(6_956_298);
  });

  it('of the VGG follow from its layers', () => {
    const stages = [64, 128, 256];
    const expected = (side: number, channels: number, norm: boolean): number => {
      const convolutions = stages.reduce((sum, filters, i) => {
        const inputs = i === 0 ? channels : stages[i - 1]!;
        return sum + 9 * (inputs + filters) * filters + 2 * filters + (norm ? 4 * filters : 0);
      }, 0);
      return convolutions + (Math.floor(side / 8) ** 2 * 256 + 1) * 10;
    };
    expect(count(vgg({ image, classes: 10, rng: zeros }))).toBe(expected(32, 3, true));
    const mnist = { height: 28, width: 28, channels: 1 };
    expect(count(vgg({ image: mnist, classes: 10, rng: zeros, batchNormalization: false }))).toBe(
      expected(28, 1, false),
    );
  });
});

describe.each([
  ['vgg', (options: ClassifierOptions) => vgg(options), 8],
  ['resnet18', resnet18, 1],
  ['dpn92', dpn92, 1],
  ['densenet121', densenet121, 8],
] as const)('%s', (name, make, smallest) => {
  it('gives logits of a class each for any image that is large enough', () => {
    tf.tidy(() => {
      const shape = { height: 11, width: 9, channels: 2 };
      const model = make({ image: shape, classes: 3, rng: zeros });
      const y = model.apply(tf.zeros([2, 11, 9, 2]), { training: true, rng }) as tf.Tensor;
      expect(y.shape).toEqual([2, 3]);
      expect((model.predict(tf.zeros([1, 11, 9, 2])) as tf.Tensor).shape).toEqual([1, 3]);
      model.dispose();
    });
  });

  it('names what it received and what is valid', () => {
    const make1 = (change: Partial<ClassifierOptions>) => () =>
      make({ image, classes: 10, rng: zeros, ...change });
    const small = { ...image, width: smallest - 1 };
    expect(make1({ image: small })).toThrow(ConfigurationError);
    expect(make1({ image: small })).toThrow(
      `${name}: image size: received 32x${smallest - 1}x3, valid: sides of at least ${smallest} pixels`,
    );
    expect(make1({ classes: 0 })).toThrow(`${name}: classes: received 0, valid: an integer from 1`);
    expect(make1({ image: { ...image, channels: 1.5 } })).toThrow(`${name}: image channels: received 1.5`);
  });
});

describe('a trained and saved classifier', () => {
  const saved = async (model: tf.LayersModel): Promise<tf.LayersModel> => {
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (given) => {
        artifacts = given;
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      }),
    );
    return tf.loadLayersModel(tf.io.fromMemory(artifacts!));
  };

  it.each([
    ['vgg', (options: ClassifierOptions) => vgg(options)],
    ['resnet18', resnet18],
    ['dpn92', dpn92],
    ['densenet121', densenet121],
  ] as const)('%s computes the same after loading', async (_, make) => {
    const shape = { height: 8, width: 8, channels: 3 };
    const model = make({ image: shape, classes: 4, rng });
    const images = tf.tensor4d(rng.uniformArray(2 * 8 * 8 * 3), [2, 8, 8, 3]);
    // Moving statistics that are not 0 and 1.
    tf.dispose(model.apply(images, { training: true, rng }) as tf.Tensor);
    const loaded = await saved(model);
    const [a, b] = [model.predict(images) as tf.Tensor, loaded.predict(images) as tf.Tensor];
    expect([...b.dataSync()]).toEqual([...a.dataSync()]);
    expect(new Set(a.dataSync()).size).toBeGreaterThan(4);
    expect(loaded.layers.map((layer) => layer.getClassName())).toEqual(
      model.layers.map((layer) => layer.getClassName()),
    );
    model.dispose();
    loaded.dispose();
    tf.dispose([images, a, b]);
  });
});

describe('initial weights', () => {
  it('of the VGG are Glorot-uniform with zero biases, those of the others as PyTorch makes them', () => {
    const bound = (model: tf.LayersModel, layer: string, index: number): number => {
      const values = model.getLayer(layer).getWeights()[index]!.dataSync<'float32'>();
      return values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    };
    const expectBound = (received: number, expected: number): void => {
      expect(received).toBeLessThanOrEqual(expected * (1 + 1e-6));
      expect(received).toBeGreaterThan(expected * 0.99);
    };
    const network = vgg({ image, classes: 10, rng });
    expectBound(bound(network, 'stage2.conv1.convolution', 0), Math.sqrt(6 / (9 * (64 + 128))));
    expect(bound(network, 'stage2.conv1.convolution', 1)).toBe(0);
    network.dispose();
    const dual = dpn92({ image, classes: 10, rng });
    // 192 channels in 32 groups.
    expectBound(bound(dual, 'stage2.block1.conv2.convolution', 0), 1 / Math.sqrt(9 * 6));
    dual.dispose();
  });
});
