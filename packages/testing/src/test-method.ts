import {
  Rng,
  RngStreams,
  parseOptions,
  targetSize,
  type BuiltMethod,
  type DatasetDescription,
  type LossNetwork,
  type Method,
  type TargetDescription,
  type TrainingBatch,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAllclose } from './allclose.ts';
import { testPlugin } from './plugin.ts';
import { sampleAugmentation } from './sample-augmentation.ts';
import { sampleDescription, sampleSource } from './sample-data.ts';
import { sampleLossNetwork } from './sample-models.ts';

export interface MethodTest {
  readonly options?: unknown;
  /** Kinds of target it can be used with; default both. */
  readonly targets?: readonly TargetDescription['kind'][];
  readonly image?: DatasetDescription['image'];
  readonly latentSize?: number;
  /** Used where the method needs one; default a tiny one. */
  readonly lossNetwork?: LossNetwork;
}

const BATCH = 4;

/** Registers the conformance tests of a method. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a method of any options
export function testMethod(method: Method<any>, test: MethodTest = {}): void {
  const latentSize = test.latentSize ?? 5;
  const options = parseOptions(method, test.options);
  let lossNetwork: LossNetwork | undefined;

  const build = (dataset: DatasetDescription, seed = 0): BuiltMethod =>
    method.build({
      options,
      dataset,
      latentSize,
      streams: new RngStreams(seed),
      ...(lossNetwork && { lossNetwork }),
      ...(method.needsAugmentation?.(options) && { augmentation: sampleAugmentation }),
    });
  // Not inside tf.tidy, which would look through the arrays it returns for tensors, number by number.
  /** The weights of every network, in order. */
  const weightsOf = (built: BuiltMethod): Float32Array[] =>
    Object.values(built.networks).flatMap((network) =>
      network.getWeights().map((weight) => Float32Array.from(weight.dataSync())),
    );

  describe(`method ${method.name}`, () => {
    beforeAll(async () => {
      await tf.ready();
      if (method.needsLossNetwork(options)) lossNetwork = test.lossNetwork ?? sampleLossNetwork();
    });
    afterAll(() => {
      if (!test.lossNetwork) lossNetwork?.dispose();
    });

    testPlugin(method, 'method');

    it('trains on images that are not the test split', () => {
      expect(['pretrain', 'train']).toContain(method.trainsOn);
    });

    describe.each(test.targets ?? (['class', 'position'] as const))('on a %s target', (kind) => {
      const dataset = sampleDescription(kind, test.image);
      const source = sampleSource(dataset, 12);
      /** Runs `work` on a freshly built method that has been fitted where it fits itself; then disposes it. */
      const withBuilt = async <T>(work: (built: BuiltMethod) => T | Promise<T>): Promise<T> => {
        const built = build(dataset);
        try {
          await built.fit?.({ source, dataset, rng: Rng.stream(0, 'fit') });
          return await work(built);
        } finally {
          built.dispose();
        }
      };
      const batchOf = async (
        built: BuiltMethod,
        count: number,
      ): Promise<{ images: tf.Tensor4D; batch: TrainingBatch }> => {
        const { images: bytes, targets } = await source.read(Array.from({ length: count }, (_, i) => i));
        const { height, width, channels } = dataset.image;
        const images = tf.tensor4d(
          Float32Array.from(bytes, (byte) => byte / 255),
          [count, height, width, channels],
        );
        const constants = Object.fromEntries(
          Object.entries(built.constants).map(([name, constant]) => [
            name,
            tf.tidy(() => constant.compute(images)),
          ]),
        );
        const batch = {
          images,
          augmented: images,
          targets: tf.tensor2d(targets, [count, targetSize(dataset.target)]),
          constants,
          rng: Rng.stream(0, 'noise'),
          training: true,
        };
        return { images, batch };
      };
      const disposeBatch = ({ images, targets, constants }: TrainingBatch): void =>
        tf.dispose([images, targets, ...Object.values(constants)]);

      it('draws its initial weights from the seed, all finite', () => {
        const [first, again, other] = [build(dataset, 3), build(dataset, 3), build(dataset, 4)];
        const weights = weightsOf(first);
        for (const values of weights) expect(values.every(Number.isFinite)).toBe(true);
        expect(sameBytes(weightsOf(again), weights), 'the same weights from the same seed').toBe(true);
        if (weights.length) {
          expect(sameBytes(weightsOf(other), weights), 'the same weights from another seed').toBe(false);
        }
        for (const built of [first, again, other]) built.dispose();
      });

      it('names networks that exist in its updates', async () => {
        await withBuilt((built) => {
          for (const update of built.updates) {
            expect(update.networks.length).toBeGreaterThan(0);
            for (const name of update.networks) expect(Object.keys(built.networks)).toContain(name);
          }
          expect(new Set(built.updates.map(({ name }) => name)).size).toBe(built.updates.length);
        });
      });

      it('computes constants of the size it says', async () => {
        await withBuilt(async (built) => {
          const { batch } = await batchOf(built, BATCH);
          for (const [name, constant] of Object.entries(built.constants)) {
            expect(batch.constants[name]!.shape).toEqual([BATCH, constant.size]);
          }
          disposeBatch(batch);
        });
      });

      it('has finite scalar losses with gradients, and leaves no tensors', async () => {
        await withBuilt(async (built) => {
          const { batch } = await batchOf(built, BATCH);
          const step = (): void =>
            tf.tidy(() => {
              for (const update of built.updates) {
                const { value, grads } = tf.variableGrads(() => update.loss(batch));
                expect(value.shape).toEqual([]);
                expect(Number.isFinite(value.dataSync()[0])).toBe(true);
                const gradients = Object.values(grads);
                expect(gradients.length).toBeGreaterThan(0);
                for (const gradient of gradients)
                  expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
                expect(gradients.some((gradient) => gradient.dataSync().some((value) => value !== 0))).toBe(
                  true,
                );
              }
              const validation = built.validationLoss?.({ ...batch, training: false });
              if (validation) expect(Number.isFinite(validation.dataSync()[0])).toBe(true);
            });
          step();
          const before = tf.memory().numTensors;
          step();
          expect(tf.memory().numTensors - before, 'tensors left behind by a step').toBe(0);
          disposeBatch(batch);
        });
      });

      it('encodes, reconstructs and predicts each image by itself, in the right shapes', async () => {
        await withBuilt(async (built) => {
          const { images, batch } = await batchOf(built, BATCH);
          const outputs =
            dataset.target.kind === 'class' ? dataset.target.classes.length : targetSize(dataset.target);
          const expected = {
            encode: [BATCH, latentSize],
            reconstruct: images.shape as number[],
            predict: [BATCH, outputs],
          };
          for (const what of ['encode', 'reconstruct', 'predict'] as const) {
            if (!built[what]) continue;
            const before = tf.memory().numTensors;
            const all = tf.tidy(() => built[what]!(images) as tf.Tensor);
            expect(tf.memory().numTensors - before, `tensors made by ${what}()`).toBe(1);
            expect(all.shape).toEqual(expected[what]);
            const values = all.dataSync();
            expect(values.every(Number.isFinite)).toBe(true);
            if (what === 'reconstruct') expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
            tf.tidy(() => {
              const last = built[what]!(images.slice([BATCH - 1], [1])) as tf.Tensor;
              const row = all.slice([BATCH - 1], [1]);
              expectAllclose(last.dataSync(), row.dataSync(), 1e-3, `${what}() of one image and of a batch`);
            });
            all.dispose();
          }
          disposeBatch(batch);
        });
      });

      it('releases everything it holds', async () => {
        await withBuilt(() => {});
        const before = tf.memory().numTensors;
        await withBuilt(() => {});
        expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
      });
    });
  });
}

/** Whether two lists of arrays are equal bit by bit; `toEqual` takes minutes for millions of numbers. */
function sameBytes(a: readonly Float32Array[], b: readonly Float32Array[]): boolean {
  const bytes = (array: Float32Array): Uint8Array =>
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return a.length === b.length && a.every((array, i) => Buffer.compare(bytes(array), bytes(b[i]!)) === 0);
}
