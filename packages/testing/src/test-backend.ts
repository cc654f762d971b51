import { Rng, UnavailableError, parseOptions, type Backend } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAllclose } from './allclose.ts';
import { testPlugin } from './plugin.ts';

export interface BackendTest {
  readonly options?: unknown;
  /** Largest norm-relative difference from the cpu backend; default 1e-4. */
  readonly tolerance?: number;
}

/**
 * Registers the conformance tests of a backend. On machines that lack it, it must say why and how to mend that; where it
 * runs, a convolutional training step must agree with tfjs's own `cpu` backend.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a backend of any options
export function testBackend(backend: Backend<any>, test: BackendTest = {}): void {
  const options = parseOptions(backend, test.options);
  const tolerance = test.tolerance ?? 1e-4;

  describe(`backend ${backend.name}`, () => {
    let original: string;
    beforeAll(async () => {
      await tf.setBackend('cpu');
      original = tf.getBackend();
    });
    afterAll(() => tf.setBackend(original));

    testPlugin(backend, 'backend');

    it('looks without changing the current backend', async () => {
      const found = await backend.probe(options);
      expect(tf.getBackend()).toBe(original);
      if (found.available) expect([found.reason, found.fix]).toEqual([null, null]);
      else for (const text of [found.reason, found.fix]) expect(text?.length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(found))).toEqual(found);
    });

    it('activates where it is available, and otherwise says how to mend that', async () => {
      const found = await backend.probe(options);
      if (found.available) {
        expect((await backend.activate(options)).available).toBe(true);
      } else {
        await expect(backend.activate(options)).rejects.toThrow(UnavailableError);
      }
      await tf.setBackend(original);
    });

    it('trains a convolutional network as the cpu backend does', async (context) => {
      const found = await backend.probe(options);
      context.skip(!found.available, `${backend.name} is not available here: ${found.reason}`);
      const expected = await trainingStep();
      await backend.activate(options);
      const before = tf.memory().numTensors;
      const received = await trainingStep();
      expect(tf.memory().numTensors - before, 'tensors left behind').toBe(0);
      await tf.setBackend(original);
      expect(received.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
      received.forEach((values, i) => expectAllclose(values, expected[i]!, tolerance, `tensor ${i}`));
    });
  });
}

/** Loss and every gradient of a small convolutional autoencoder on fixed numbers, on the current backend. */
async function trainingStep(): Promise<Float32Array[]> {
  const rng = Rng.stream(0, 'backend');
  const tensors = tf.tidy(() => {
    const images = tf.tensor4d(rng.uniformArray(2 * 12 * 12 * 3), [2, 12, 12, 3]);
    const weights = [
      tf.tensor4d(rng.normalArray(4 * 4 * 3 * 8, 0, 0.1), [4, 4, 3, 8]),
      tf.tensor2d(rng.normalArray(200 * 6, 0, 0.1), [200, 6]),
      tf.tensor2d(rng.normalArray(6 * 200, 0, 0.1), [6, 200]),
      tf.tensor4d(rng.normalArray(4 * 4 * 3 * 8, 0, 0.1), [4, 4, 3, 8]),
    ];
    const loss = (filter: tf.Tensor, encode: tf.Tensor, decode: tf.Tensor, back: tf.Tensor): tf.Scalar => {
      const hidden = tf.relu(tf.conv2d(images, filter as tf.Tensor4D, 2, 'valid'));
      const latent = tf.matMul(hidden.reshape([2, 200]), encode as tf.Tensor2D);
      const spread = tf.relu(tf.matMul(latent, decode as tf.Tensor2D)).reshape([2, 5, 5, 8]) as tf.Tensor4D;
      const output = tf.conv2dTranspose(spread, back as tf.Tensor4D, [2, 12, 12, 3], 2, 'valid');
      return tf.mean(tf.squaredDifference(tf.sigmoid(output), images)).asScalar();
    };
    const { value, grads } = tf.valueAndGrads(loss as (...x: tf.Tensor[]) => tf.Scalar)(weights);
    return [value, ...grads];
  });
  const values = await Promise.all(tensors.map(async (tensor) => Float32Array.from(await tensor.data())));
  tf.dispose(tensors);
  return values;
}
