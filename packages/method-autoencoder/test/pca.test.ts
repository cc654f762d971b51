import '@paretrain/backend-wasm';
import { readFileSync } from 'node:fs';
import {
  AbortedError,
  Rng,
  RngStreams,
  parseOptions,
  type BuiltMethod,
  type ImageShape,
} from '@paretrain/core';
import { expectAllclose, memorySource, sampleDescription } from '@paretrain/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { pca } from '../src/index.ts';

interface Problem {
  readonly name: string;
  readonly images: string;
  readonly count: number;
  readonly components: number;
  readonly rank: number;
  readonly variances: readonly number[];
  readonly lengths: readonly number[];
  readonly embeddings: readonly (readonly number[])[];
  readonly reconstructionError: number;
}
const { image, problems } = JSON.parse(
  readFileSync(new URL('./fixtures/pca-numpy.json', import.meta.url), 'utf8'),
) as { image: ImageShape; problems: Problem[] };
const dataset = { ...sampleDescription('class'), image };

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

async function fitted(bytes: Uint8Array, latentSize: number, signal?: AbortSignal): Promise<BuiltMethod> {
  const built = pca.build({
    options: parseOptions(pca, {}),
    dataset,
    latentSize,
    streams: new RngStreams(0),
  });
  const count = bytes.length / (image.height * image.width * image.channels);
  const source = memorySource(bytes, image, new Float32Array(count), 1);
  await built.fit!({ source, dataset, rng: Rng.stream(0, 'fit'), ...(signal && { signal }) });
  return built;
}

const tensorOf = (bytes: Uint8Array): tf.Tensor4D =>
  tf.tensor4d(
    Float32Array.from(bytes, (byte) => byte / 255),
    [bytes.length / (image.height * image.width * image.channels), image.height, image.width, image.channels],
  );

describe.each(problems)('$name, against NumPy', ({ images: encoded, components, rank, ...expected }) => {
  const bytes = Uint8Array.from(Buffer.from(encoded, 'base64'));

  it('embeds images in their principal components', async () => {
    const built = await fitted(bytes, components);
    const images = tensorOf(bytes);
    const embeddings = built.encode!(images).arraySync();

    // A component's sign is arbitrary.
    embeddings.slice(0, 4).forEach((values, i) => {
      expectAllclose(values.slice(0, rank).map(Math.abs), expected.embeddings[i]!, 2e-4, `image ${i}`);
    });
    for (const values of embeddings) expect(values.slice(rank).every((value) => value === 0)).toBe(true);
    const lengths = embeddings.map((values) => Math.hypot(...values));
    expectAllclose(lengths, expected.lengths, 1e-4, 'lengths of the embeddings');
    expected.variances.forEach((variance, i) => {
      const measured = embeddings.reduce((sum, values) => sum + values[i]! ** 2, 0) / expected.count;
      expect(Math.abs(measured - variance)).toBeLessThan(1e-4 * expected.variances[0]!);
    });

    const error = tf.tidy(() => tf.mean(tf.abs(tf.sub(built.reconstruct!(images), images))).dataSync()[0]!);
    expect(error).toBeCloseTo(expected.reconstructionError, 4);
    images.dispose();
    built.dispose();
  });
});

describe('pca', () => {
  const bytes = Uint8Array.from(Buffer.from(problems[0]!.images, 'base64'));

  it('finds the same whatever its directions begin with', async () => {
    const embed = async (seed: number): Promise<Float32Array> => {
      const built = pca.build({
        options: parseOptions(pca, {}),
        dataset,
        latentSize: 5,
        streams: new RngStreams(seed),
      });
      const source = memorySource(bytes, image, new Float32Array(300), 1);
      await built.fit!({ source, dataset, rng: Rng.stream(seed, 'fit') });
      const images = tensorOf(bytes.subarray(0, 1440));
      const values = (await built.encode!(images).data()) as Float32Array;
      images.dispose();
      built.dispose();
      return values;
    };
    expectAllclose(await embed(1), await embed(0), 2e-4, 'embeddings of two seeds, signs included');
  });

  it('embeds images that are all alike as zeros', async () => {
    const alike = new Uint8Array(3 * 144).fill(77);
    const built = await fitted(alike, 4);
    const images = tensorOf(alike);
    expect(Array.from(built.encode!(images).dataSync())).toEqual(new Array(12).fill(0));
    images.dispose();
    built.dispose();
  });

  it('refuses an empty data set, and stops when told to', async () => {
    await expect(fitted(new Uint8Array(0), 2)).rejects.toThrow(/method 'pca': received an empty data set/);
    await expect(fitted(bytes, 2, AbortSignal.abort())).rejects.toThrow(AbortedError);
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    (await fitted(bytes, 3)).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
