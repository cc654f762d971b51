import {
  ParetrainError,
  RngStreams,
  computedConstants,
  createStepper,
  createTrainingBatch,
  disposeBatch,
  range,
  type Method,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { countKernels, kernelFlops, sumByKernel } from '../src/cost/flops.ts';
import { syntheticSource } from '../src/cost/synthetic-source.ts';
import { PluginRegistry } from '../src/registry/registry.ts';

const IMAGE = { height: 64, width: 64, channels: 3 };
const TARGET = { kind: 'position', names: ['x', 'y'], unit: 'pixel', offset: [0, 0], scale: [1, 1] } as const;
const LATENT = 64;
const FEATURES = 7 * 7 * 192;

/** 2 x multiply-adds for one image of a convolution that gives `positions` outputs. */
const convolution = (positions: number, kernel: number, from: number, to: number) =>
  2 * positions ** 2 * kernel ** 2 * from * to;
const linear = (from: number, to: number) => 2 * from * to;

// By hand from the papers' architecture (64x64 pixels): 31, 14, 6, 2 positions; 5, 13, 30, 64 pixels.
const ENCODER = {
  first: convolution(31, 4, 3, 32),
  others: convolution(14, 4, 32, 64) + convolution(6, 4, 64, 128) + convolution(2, 4, 128, 256),
  head: linear(1024, LATENT),
};
// A transposed convolution does a multiply-add for each input position, tap and pair of channels.
const IMAGE_DECODER =
  linear(LATENT, 1024) +
  convolution(1, 5, 1024, 128) +
  convolution(5, 5, 128, 64) +
  convolution(13, 6, 64, 32) +
  convolution(30, 6, 32, 3);
const FEATURE_DECODER = linear(LATENT, 2048) + linear(2048, FEATURES);
// AlexNet's first two convolutions: 15 and 7 positions.
const LOSS_NETWORK = convolution(15, 11, 3, 64) + convolution(7, 5, 64, 192);

/**
 * Forward, and the gradients of weights and inputs; the first convolution's input is the image, which needs none. The
 * second head, unused without a variational embedding, is computed forward only.
 */
const ENCODER_STEP = 2 * ENCODER.first + 3 * (ENCODER.others + ENCODER.head) + ENCODER.head;

let registry: PluginRegistry;
beforeAll(async () => {
  registry = await PluginRegistry.discover();
  const wasm = await registry.load('backend', 'wasm');
  await wasm.activate(wasm.options.parse({}));
});

async function flopsOfStep(name: string, batchSize: number, cached = false): Promise<number> {
  const plugin: Method = await registry.load('method', name);
  const network = await registry.load('loss-network', 'random');
  const lossNetwork = await network.load({ options: network.options.parse({}) });
  const streams = new RngStreams(1);
  const method = plugin.build({
    options: plugin.options.parse({}),
    dataset: { image: IMAGE, target: TARGET },
    latentSize: LATENT,
    streams,
    lossNetwork,
  });
  const source = syntheticSource(batchSize, IMAGE, TARGET);
  const indices = range(0, batchSize);
  const batch = await source.read(indices);
  const stepper = createStepper(method);
  const given = cached ? { features: tf.zeros([batchSize, FEATURES]) as tf.Tensor2D } : null;
  const computed = computedConstants(method.constants);
  const constants = given ? { ...computed, get: () => given } : computed;
  const runs = await countKernels(async () => {
    const inputs = createTrainingBatch({ method, source, constants, streams, indices, batch, epoch: 1 });
    await stepper.step(inputs);
    disposeBatch(inputs);
  });
  stepper.dispose();
  method.dispose();
  lossNetwork.dispose();
  return sumByKernel(runs).reduce((sum, { flops }) => sum + flops, 0);
}

describe('operations of a training step, counted from the kernels that ran', { timeout: 60_000 }, () => {
  it('I-I-PW: encoder and image decoder, three products a layer', async () => {
    const perImage = ENCODER_STEP + 3 * IMAGE_DECODER;
    expect(await flopsOfStep('I-I-PW', 2)).toBe(2 * perImage);
    // The figure this project quotes for batch 32.
    expect((32 * perImage) / 1e9).toBeCloseTo(7.4, 1);
  });

  it('I-F-FP: the feature decoder instead, and the loss network once unless its features are cached', async () => {
    const perImage = ENCODER_STEP + 3 * FEATURE_DECODER;
    expect(await flopsOfStep('I-F-FP', 2, true)).toBe(2 * perImage);
    expect(await flopsOfStep('I-F-FP', 2)).toBe(2 * (perImage + LOSS_NETWORK));
  });

  it('I-I-PS: the loss network on the image and, forward and back, on the reconstruction', async () => {
    const perImage = ENCODER_STEP + 3 * IMAGE_DECODER + 3 * LOSS_NETWORK;
    expect(await flopsOfStep('I-I-PS', 2)).toBe(2 * perImage);
  });
});

describe('kernelFlops', () => {
  /** Multiply-adds of a convolution by looping over them; taps on padding count. */
  function loops(output: number[], kernel: number[], from: number): number {
    let count = 0;
    const [batch, height, width, to] = output as [number, number, number, number];
    for (let b = 0; b < batch; b++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) for (let o = 0; o < to; o++) count += kernel[0]! * kernel[1]! * from;
    return count;
  }

  it('counts convolutions and both gradients alike', () => {
    const [x, dy, filter] = [
      [2, 9, 7, 3],
      [2, 4, 3, 5],
      [3, 2, 3, 5],
    ];
    const expected = 2 * loops(dy!, filter!, 3);
    const run = (name: string, inputs: number[][], output: number[]) =>
      kernelFlops({ name, inputShapes: inputs, outputShapes: [output] });
    expect(run('Conv2D', [x!, filter!], dy!)).toBe(expected);
    expect(run('FusedConv2D', [x!, filter!, [5]], dy!)).toBe(expected);
    expect(run('Conv2DBackpropInput', [dy!, filter!], x!)).toBe(expected);
    expect(run('Conv2DBackpropFilter', [x!, dy!], filter!)).toBe(expected);
  });

  it('counts grouped convolutions and both gradients alike', () => {
    // 6 channels in 3 groups: each of the 9 outputs sees 2 of them.
    const [x, dy, filter] = [
      [2, 9, 7, 6],
      [2, 4, 3, 9],
      [3, 2, 2, 9],
    ];
    const expected = 2 * loops(dy!, filter!, 6 / 3);
    const run = (name: string, inputs: number[][], output: number[]) =>
      kernelFlops({ name, inputShapes: inputs, outputShapes: [output] });
    expect(run('ParetrainGroupedConv2D', [x!, filter!], dy!)).toBe(expected);
    expect(run('ParetrainGroupedConv2DBackpropInput', [dy!, filter!], x!)).toBe(expected);
    expect(run('ParetrainGroupedConv2DBackpropFilter', [x!, dy!], filter!)).toBe(expected);
  });

  it('counts depthwise convolutions', () => {
    const [x, dy, filter] = [
      [2, 9, 7, 3],
      [2, 4, 3, 6],
      [3, 2, 3, 2],
    ];
    const expected = 2 * loops(dy!, filter!, 1);
    const run = (name: string, inputs: number[][], output: number[]) =>
      kernelFlops({ name, inputShapes: inputs, outputShapes: [output] });
    expect(run('DepthwiseConv2dNative', [x!, filter!], dy!)).toBe(expected);
    expect(run('DepthwiseConv2dNativeBackpropInput', [dy!, filter!], x!)).toBe(expected);
    expect(run('DepthwiseConv2dNativeBackpropFilter', [x!, dy!], filter!)).toBe(expected);
  });

  it.each([
    ['plain', [3, 4], [4, 5], [3, 5], 3 * 4 * 5],
    ['first transposed', [4, 3], [4, 5], [3, 5], 3 * 4 * 5],
    ['second transposed', [3, 4], [5, 4], [3, 5], 3 * 4 * 5],
    ['batched', [7, 3, 4], [7, 4, 5], [7, 3, 5], 7 * 3 * 4 * 5],
    ['one against many', [1, 3, 4], [7, 4, 5], [7, 3, 5], 7 * 3 * 4 * 5],
    ['empty', [0, 4], [4, 5], [0, 5], 0],
  ])('counts a matrix product: %s', (_case, a, b, out, multiplyAdds) => {
    const flops = kernelFlops({ name: 'BatchMatMul', inputShapes: [a, b], outputShapes: [out] });
    expect(flops).toBe(2 * multiplyAdds);
  });

  it('counts nothing for other kernels and refuses products it does not know', () => {
    const shapes = { inputShapes: [[2, 3]], outputShapes: [[2, 3]] };
    expect(kernelFlops({ name: 'ParetrainAdam', ...shapes })).toBe(0);
    expect(() => kernelFlops({ name: 'SparseMatMul', ...shapes })).toThrow(ParetrainError);
    expect(() => kernelFlops({ name: 'SparseMatMul', ...shapes })).toThrow(/'SparseMatMul'.*cannot count/);
  });
});
