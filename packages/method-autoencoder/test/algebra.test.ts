import '@paretrain/backend-wasm';
import {
  ConfigurationError,
  RngStreams,
  Rng,
  ShapeError,
  createStepper,
  networkVariables,
  parseOptions,
  type BuiltMethod,
  type LossNetwork,
  type Method,
  type TrainingBatch,
} from '@paretrain/core';
import { featurePrediction } from '@paretrain/loss-feature-prediction';
import { pixelWise } from '@paretrain/loss-pixel-wise';
import { sampleAugmentation, sampleDescription, sampleImages, sampleLossNetwork } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PRESETS, autoencoder, iFFp, iIPs, iIPw, plAe, sdaAe, untrained, vae } from '../src/index.ts';
import type { AutoencoderOptions } from '../src/index.ts';

const dataset = sampleDescription('class');
const latentSize = 6;

let lossNetwork: LossNetwork;
let images: tf.Tensor4D;
let others: tf.Tensor4D;

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
  lossNetwork = sampleLossNetwork();
  images = sampleImages(3, dataset.image, Rng.stream(0, 'images'));
  others = sampleImages(3, dataset.image, Rng.stream(0, 'others'));
});
afterAll(() => {
  lossNetwork.dispose();
  tf.dispose([images, others]);
});

function build(method: Method<AutoencoderOptions>, options: unknown = {}, seed = 0): BuiltMethod {
  return method.build({
    options: parseOptions(method, options),
    dataset,
    latentSize,
    streams: new RngStreams(seed),
    lossNetwork,
    augmentation: sampleAugmentation,
  });
}

/** A batch of `images`, with `augmented` in place of its transformed images. */
function batchOf(built: BuiltMethod, augmented: tf.Tensor4D, training = true): TrainingBatch {
  const constants = Object.fromEntries(
    Object.entries(built.constants).map(([name, { compute }]) => [name, tf.tidy(() => compute(images))]),
  );
  const targets = tf.zeros([3, 1]) as tf.Tensor2D;
  return { images, augmented, targets, constants, rng: Rng.stream(0, 'noise'), training };
}

const lossOf = (built: BuiltMethod, batch: TrainingBatch): number =>
  tf.tidy(() => built.updates[0]!.loss(batch).dataSync()[0]!);

describe('the table of presets', () => {
  it('holds the ten names, each once', () => {
    const names = 'I-I-PW I-I-PS F-I-PW F-I-PS I-F-FP F-F-FP VAE P.VAE SDA-AE PL-AE'.split(' ');
    expect(PRESETS.map(({ name }) => name)).toEqual(names);
  });

  it('asks for a loss network where features are seen, predicted or compared', () => {
    const needing = PRESETS.filter((preset) => preset.needsLossNetwork(parseOptions(preset, {})));
    expect(PRESETS.filter((preset) => !needing.includes(preset)).map(({ name }) => name)).toEqual([
      'I-I-PW',
      'VAE',
    ]);
  });

  it('has the constant `features` exactly where the original image decides them', () => {
    const withConstant = PRESETS.filter((preset) => {
      const built = build(preset);
      const names = Object.keys(built.constants);
      built.dispose();
      expect(names.length === 0 || names[0] === 'features').toBe(true);
      return names.length > 0;
    });
    expect(withConstant.map(({ name }) => name)).toEqual(
      'I-I-PS F-I-PW F-I-PS I-F-FP F-F-FP P.VAE PL-AE'.split(' '),
    );
  });
});

describe('what each method looks at', () => {
  it.each(PRESETS.map((preset) => ({ name: preset.name, preset })))(
    '$name: original or augmented',
    ({ preset }) => {
      const augments = preset === sdaAe || preset === plAe;
      const built = build(preset);
      const loss = (augmented: tf.Tensor4D, swap = false): number => {
        const batch = batchOf(built, augmented, false);
        const value = lossOf(built, swap ? { ...batch, images: others } : batch);
        tf.dispose([batch.targets, batch.constants]);
        return value;
      };
      // The augmented images matter to the methods that augment, and to no other.
      expect(loss(images) !== loss(others)).toBe(augments);
      // SDA-AE never looks at the originals; features of PL-AE's come from the constant.
      if (augments) expect(loss(images, true)).toBe(loss(images));
      expect(built.augmentation !== undefined).toBe(augments);
      built.dispose();
    },
  );

  it('PL-AE compares with the original: its loss falls to that of I-I-PS when nothing is transformed', () => {
    const [pseudo, plain, standard] = [build(plAe), build(iIPs), build(sdaAe)];
    const losses = [pseudo, plain, standard].map((built) => {
      const batch = batchOf(built, images, false);
      const loss = lossOf(built, batch);
      tf.dispose([batch.targets, batch.constants]);
      built.dispose();
      return loss;
    });
    expect(losses[1]).toBeCloseTo(losses[0]!, 6);
    expect(losses[2]).toBeCloseTo(losses[0]!, 6);
  });
});

describe('weights', () => {
  it('of the same seed begin alike in every image encoder, the untrained one too', () => {
    const first = (built: BuiltMethod): Float32Array => {
      const values = built.networks['encoder']!.getWeights()[0]!.dataSync<'float32'>();
      built.dispose();
      return values;
    };
    const reference = untrained.build({
      options: parseOptions(untrained, {}),
      dataset,
      latentSize,
      streams: new RngStreams(0),
    });
    const weights = first(build(iIPw));
    expect(first(build(iFFp))).toEqual(weights);
    expect(first(reference)).toEqual(weights);
    expect(first(build(iIPw, {}, 1))).not.toEqual(weights);
  });

  it('of the second head are trained by variational methods only', async () => {
    for (const [method, trained] of [
      [iIPw, false],
      [vae, true],
    ] as const) {
      const built = build(method);
      const head = (): Float32Array =>
        built.networks['encoder']!.getLayer('logVariance').getWeights()[0]!.dataSync<'float32'>().slice();
      const before = head();
      const stepper = createStepper(built);
      const batch = batchOf(built, images);
      await stepper.step(batch);
      expect(before.every((value, i) => value === head()[i])).toBe(!trained);
      stepper.dispose();
      tf.dispose([batch.targets, batch.constants]);
      built.dispose();
    }
  });

  it('change by training only, and the loss falls', async () => {
    const built = build(iIPw);
    const variables = Object.values(built.networks).flatMap(networkVariables);
    const sum = (): number => tf.tidy(() => tf.addN(variables.map((v) => tf.sum(tf.abs(v)))).dataSync()[0]!);
    const batch = batchOf(built, images);
    const before = sum();
    const evaluation = lossOf(built, { ...batch, training: false });
    tf.dispose([built.encode!(images), built.reconstruct!(images)]);
    expect(sum()).toBe(before);
    const stepper = createStepper(built);
    const losses: number[] = [];
    for (let i = 0; i < 12; i++) losses.push((await stepper.step(batch))[0]!);
    expect(losses[11]).toBeLessThan(losses[0]! * 0.9);
    expect(sum()).not.toBe(before);
    expect(lossOf(built, { ...batch, training: false })).not.toBe(evaluation);
    stepper.dispose();
    batch.targets.dispose();
    built.dispose();
  });
});

describe('variational methods', () => {
  it('draw noise from the stream of the batch, and embed by the mean without noise', () => {
    const built = build(vae);
    const batch = batchOf(built, images, false);
    const loss = (seed: number): number => lossOf(built, { ...batch, rng: Rng.stream(seed, 'noise') });
    expect(loss(0)).toBe(loss(0));
    expect(loss(0)).not.toBe(loss(1));
    const [embedding, mean] = tf.tidy(() => [
      built.encode!(images).dataSync(),
      (built.networks['encoder']!.predict(images) as tf.Tensor[])[0]!.dataSync(),
    ]);
    expect(embedding).toEqual(mean);
    batch.targets.dispose();
    built.dispose();
  });

  it('add klWeight times the divergence to the reconstruction loss', () => {
    const at = (options: unknown): number => {
      const built = build(vae, options);
      const batch = batchOf(built, images, false);
      const loss = lossOf(built, batch);
      batch.targets.dispose();
      built.dispose();
      return loss;
    };
    const [none, one, two] = [at({ klWeight: 0 }), at({ klWeight: 1 }), at({ klWeight: 2 })];
    expect(one).toBeGreaterThan(none);
    expect((two - none) / (one - none)).toBeCloseTo(2, 4);
    // The divergence itself: half the sum over the embedding instead of the mean.
    expect((at({ klWeight: 1, kl: { reduction: 'sum' } }) - none) / (one - none)).toBeCloseTo(
      latentSize / 2,
      3,
    );
    expect(at({})).toBeCloseTo(at({ klWeight: 0.01 }), 7);
  });
});

describe('options', () => {
  it('reach the objective', () => {
    const at = (reduction: string): number => {
      const built = build(iIPw, { objective: { reduction } });
      const batch = batchOf(built, images, false);
      const loss = lossOf(built, batch);
      batch.targets.dispose();
      built.dispose();
      return loss;
    };
    expect(at('sum') / at('mean')).toBeCloseTo(64 * 64 * 3, 0);
  });

  it.each([
    [iIPw, { klWeight: 1 }, /klWeight/],
    [vae, { klWeight: -1 }, /option 'klWeight': received -1/],
    [iIPw, { optimizer: { learningRate: 0 } }, /optimizer/],
    [iIPw, { objective: { reduction: 'max' } }, /option 'objective.reduction': received "max"/],
    [iIPw, { initialization: 'zeros' }, /option 'initialization': received "zeros"/],
  ] as const)(
    '%#: refused with the method, what was received and what is valid',
    (method, options, message) => {
      expect(() => parseOptions(method, options)).toThrow(ConfigurationError);
      expect(() => parseOptions(method, options)).toThrow(message);
      expect(() => parseOptions(method, options)).toThrow(`method '${method.name}'`);
    },
  );
});

describe('bad input', () => {
  it.each([sdaAe, plAe])('$name without an augmentation', (method) => {
    const streams = new RngStreams(0);
    const call = (): unknown =>
      method.build({ options: parseOptions(method, {}), dataset, latentSize, streams, lossNetwork });
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(`method '${method.name}': received no augmentation, it needs one`);
  });

  it('no loss network', () => {
    const call = (): unknown =>
      iIPs.build({ options: parseOptions(iIPs, {}), dataset, latentSize, streams: new RngStreams(0) });
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(/method 'I-I-PS': received no loss network/);
  });

  it('a decoder that does not give what the objective compares', () => {
    const call = (): unknown =>
      autoencoder({
        name: 'wrong',
        description: 'an image decoder with a loss on features',
        encoder: 'image',
        decoder: 'image',
        objective: featurePrediction,
      });
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(/received a decoder of 'image' .*valid: a decoder of 'features'/);
  });

  it.each([0, -2, 1.5])('latent size %d', (size) => {
    const call = (): unknown =>
      iIPw.build({ options: parseOptions(iIPw, {}), dataset, latentSize: size, streams: new RngStreams(0) });
    expect(call).toThrow(ConfigurationError);
  });

  it('images that are not 64 + 16 n', () => {
    const small = { ...dataset, image: { height: 32, width: 32, channels: 3 } };
    const call = (): unknown =>
      iIPw.build({ options: parseOptions(iIPw, {}), dataset: small, latentSize, streams: new RngStreams(0) });
    expect(call).toThrow(/image size: received 32x32x3/);
  });

  it('images of another size than the data set has', () => {
    const built = build(iIPw);
    tf.tidy(() => {
      expect(() => built.encode!(tf.zeros([1, 80, 80, 3]))).toThrow(ShapeError);
      expect(() => built.encode!(tf.zeros([1, 80, 80, 3]))).toThrow(
        /method 'I-I-PW': images: received shape/,
      );
    });
    built.dispose();
  });
});

describe('a method of one’s own', () => {
  it('is one call: features in, image out, with the noise of a variational embedding', async () => {
    const own = autoencoder({
      name: 'F-I-PW-variational',
      description: 'a point of the algebra that no paper names',
      encoder: 'features',
      decoder: 'image',
      objective: pixelWise,
      variational: true,
    });
    const built = build(own, { klWeight: 0.1, optimizer: { name: 'sgd', learningRate: 0.01 } });
    const batch = batchOf(built, images);
    const stepper = createStepper(built);
    expect((await stepper.step(batch))[0]).toBeGreaterThan(0);
    stepper.dispose();
    tf.dispose([batch.targets, batch.constants]);
    built.dispose();
  });
});
