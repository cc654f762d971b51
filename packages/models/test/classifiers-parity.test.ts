import { readFileSync } from 'node:fs';
import { configureWasm } from '@paretrain/backend-wasm';
import { trainableVariables } from '@paretrain/core';
import { expectDigest, formulaUniform, setFormulaWeights } from '@paretrain/testing';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { densenet121, dpn92, resnet18, vgg } from '../src/index.ts';

/*
 * The reference is scripts/make-classifier-fixture.py: the same networks in PyTorch, float64, one training pass with the
 * gradients of every weight, and one pass in evaluation mode. Weights, images and dropout come from a formula that both sides
 * know. Biases in front of batch normalisation have no true gradient and are no part of the reference.
 */
const CLASSES = 10;
const networks = { vgg, resnet18, dpn92, densenet121 };

/** Blocks of 4x4 pixels in random colours under a little noise. */
function images(name: string, batch: number, size: number): tf.Tensor4D {
  return tf.tidy(() => {
    const side = size / 4;
    const blocks = tf.tensor(formulaUniform(`blocks/${name}`, batch * side * side * 3, 0, 0.75), [batch, side, 1, side, 1, 3]); // prettier-ignore
    const noise = formulaUniform(`noise of images/${name}`, batch * size * size * 3, 0, 0.25);
    const large = tf.reshape(tf.tile(blocks, [1, 1, 4, 1, 4, 1]), [batch, size, size, 3]);
    return tf.add(large, tf.tensor4d(noise, [batch, size, size, 3]));
  });
}

/**
 * The 32-bit numbers from which the layers make the reference's dropout: each holds 16 bits for one value and 16 for the next.
 * @param counts values that each layer drops from
 */
function dropoutStream(counts: readonly number[]): { nextUint32(): number } {
  const bits = counts.flatMap((count, i) => [...formulaUniform(`dropout/${i + 1}`, count, 0, 2 ** 16)]);
  let at = 0;
  return { nextUint32: () => (Math.floor(bits[at++]!) | (Math.floor(bits[at++]!) << 16)) >>> 0 };
}

/** Values in front of the three dropouts of the VGG. */
function vggDropoutCounts(batch: number, size: number): number[] {
  return [64, 128, 256].map((filters, i) => batch * (size / 2 ** (i + 1)) ** 2 * filters);
}

/**
 * Betas of -4 or 4, farther than nearly all normalised values go, so that channels in front of a ReLU are on or off as a whole: close to
 * a ReLU's kink rounding decides about the gradient. On residual paths, where betas are added up, 4 in the first block of a
 * stage and then 1.
 */
function setFarBetas(network: tf.LayersModel): void {
  for (const weight of network.trainableWeights) {
    const name = weight.originalName;
    if (!name.endsWith('/beta')) continue;
    const residual = residualChannels(network.name, name);
    const added = name.includes('.block1.') ? 4 : 1;
    const signs = formulaUniform(`network/${name}`, weight.shape[0]!);
    const betas = tf.tensor1d(signs.map((sign, i) => (i < residual ? added : sign < 0 ? -4 : 4)));
    weight.write(betas);
    betas.dispose();
  }
}

/** How many of the first channels of a normalisation go to a sum with those of other blocks. */
function residualChannels(network: string, weight: string): number {
  if (network === 'resnet18') return /\.(conv2|shortcut)\.norm/.test(weight) ? Infinity : 0;
  const stage = /^stage(\d)\.block\d+\.(conv3|shortcut)\.norm/.exec(weight)?.[1];
  return stage ? 128 * 2 ** Number(stage) : 0;
}

describe('classifiers, as PyTorch computes them', { timeout: 240_000 }, () => {
  beforeAll(async () => {
    // The same bits on every machine.
    configureWasm({ simd: 'plain' });
    await tf.setBackend('wasm');
    await tf.ready();
  });

  it.each(Object.entries(networks))('%s', async (name, make) => {
    const file = new URL(`fixtures/${name}.safetensors`, import.meta.url);
    const { tensors, metadata } = readSafetensors(readFileSync(file));
    const [batch, size] = [Number(metadata['batch']), Number(metadata['size'])];
    const zeros = { nextUint32: () => 0 } as never;
    const image = { height: size, width: size, channels: 3 };
    const network = make({ image, classes: CLASSES, rng: zeros });
    setFormulaWeights('network', network);
    if (make !== vgg) setFarBetas(network);
    const variables = trainableVariables(network);
    const expectSame = (received: tf.Tensor, what: string, size = received.size): void => {
      expect(received.size).toBe(size);
      expectDigest(received.dataSync() as Float32Array, tensors[what]?.data, what);
    };

    const labels = tf.oneHot(Int32Array.from({ length: batch }, (_, i) => i % CLASSES), CLASSES); // prettier-ignore
    const x = images(`${metadata['variant']}/0`, batch, size);
    const rng = dropoutStream(vggDropoutCounts(batch, size));
    const { value, grads } = tf.variableGrads(() => {
      const logits = network.apply(x, { training: true, rng }) as tf.Tensor2D;
      expectSame(logits, 'logits/training', batch * CLASSES);
      return tf.losses.softmaxCrossEntropy(labels, logits) as tf.Scalar;
    }, variables);
    expect(value.dataSync()[0]! / (tensors['losses']!.data as Float32Array)[0]!).toBeCloseTo(1, 5);

    // Every reference has a gradient; only biases and far betas, which the next normalisation removes, may have none.
    const names = network.trainableWeights.map((weight) => `gradient/network/${weight.originalName}`);
    const expected = Object.keys(tensors).filter((key) => key.startsWith('gradient/'));
    expect(names).toEqual(expect.arrayContaining(expected));
    names.forEach((key, i) => {
      if (tensors[key]) expectSame(grads[variables[i]!.name]!, key);
      else expect(key).toMatch(make === vgg ? /conv\d\.convolution\/bias$/ : /norm\/beta$/);
    });
    const statistics = network.nonTrainableWeights;
    expect(statistics.length).toBe(Object.keys(tensors).filter((key) => key.startsWith('weight/')).length);
    for (const weight of statistics) expectSame(weight.read(), `weight/network/${weight.originalName}`);

    const next = images(`${metadata['variant']}/1`, batch, size);
    const logits = network.predict(next) as tf.Tensor;
    expectSame(logits, 'logits/evaluation', batch * CLASSES);
    network.dispose();
    tf.dispose([labels, x, value, grads, next, logits]);
  });
});
