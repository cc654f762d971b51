import { RngStreams, type BuiltMethod, type LossNetwork } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countKernels } from '../src/cost/flops.ts';
import { networkFlops } from '../src/cost/layer-flops.ts';
import { PluginRegistry } from '../src/registry/registry.ts';

const IMAGE = { height: 64, width: 64, channels: 3 };
const TARGET = { kind: 'position', names: ['x', 'y'], unit: 'pixel', offset: [0, 0], scale: [1, 1] } as const;

let registry: PluginRegistry;
let lossNetwork: LossNetwork;
beforeAll(async () => {
  registry = await PluginRegistry.discover();
  const wasm = await registry.load('backend', 'wasm');
  await wasm.activate(wasm.options.parse({}));
  const network = await registry.load('loss-network', 'random');
  lossNetwork = await network.load({ options: network.options.parse({}) });
});
afterAll(() => lossNetwork.dispose());

async function built(name: string): Promise<BuiltMethod> {
  const plugin = await registry.load('method', name);
  return plugin.build({
    options: plugin.options.parse({}),
    dataset: { image: IMAGE, target: TARGET },
    latentSize: 64,
    streams: new RngStreams(1),
    lossNetwork,
  });
}

/** Operations of one image through a network, from the kernels that ran. */
async function kernelsForward(model: tf.LayersModel): Promise<number> {
  const runs = await countKernels(async () => {
    const shape = model.inputs[0]!.shape.slice(1) as number[];
    const outputs = tf.tidy(() => model.predict(tf.zeros([1, ...shape])));
    await Promise.all([outputs].flat().map((output) => output.data()));
    tf.dispose(outputs);
  });
  return runs.reduce((sum, { flops }) => sum + flops, 0);
}

describe('operations layer by layer', { timeout: 60_000 }, () => {
  it('of the 64x64 image autoencoder are those worked out by hand', async () => {
    const method = await built('I-I-PW');
    const of = (name: string) =>
      networkFlops(name, method.networks[name]!).layers.flatMap(({ layer, flops }) =>
        flops === 0 ? [] : [[layer, flops]],
      );
    // Output positions x kernel area x channels in x channels out, twice.
    expect(of('encoder')).toEqual([
      ['convolution1', 2 * 31 ** 2 * 4 ** 2 * 3 * 32],
      ['convolution2', 2 * 14 ** 2 * 4 ** 2 * 32 * 64],
      ['convolution3', 2 * 6 ** 2 * 4 ** 2 * 64 * 128],
      ['convolution4', 2 * 2 ** 2 * 4 ** 2 * 128 * 256],
      ['mean', 2 * 1024 * 64],
      ['logVariance', 2 * 1024 * 64],
    ]);
    // Transposed convolutions: input positions.
    expect(of('decoder')).toEqual([
      ['dense', 2 * 64 * 1024],
      ['deconvolution1', 2 * 1 ** 2 * 5 ** 2 * 1024 * 128],
      ['deconvolution2', 2 * 5 ** 2 * 5 ** 2 * 128 * 64],
      ['deconvolution3', 2 * 13 ** 2 * 6 ** 2 * 64 * 32],
      ['deconvolution4', 2 * 30 ** 2 * 6 ** 2 * 32 * 3],
    ]);
    // In figures, so that the formulas above are checked too: 77,756,416 operations forward for an image.
    expect(networkFlops('encoder', method.networks['encoder']!).flops).toBe(
      2952192 + 12845056 + 9437184 + 4194304 + 262144,
    );
    expect(networkFlops('decoder', method.networks['decoder']!).flops).toBe(
      131072 + 6553600 + 10240000 + 24920064 + 6220800,
    );
    method.dispose();
  });

  it.each(['I-I-PW', 'F-I-PS', 'I-F-FP', 'F-F-FP', 'VAE', 'simple-cnn'])(
    'of %s add up to those of the kernels of a forward pass',
    async (name) => {
      const method = await built(name);
      for (const [network, model] of Object.entries(method.networks)) {
        expect(networkFlops(network, model).flops).toBe(await kernelsForward(model));
      }
      method.dispose();
    },
  );

  it('of tfjs layers of every kind add up to those of their kernels', async () => {
    const model = tf.sequential({
      layers: [
        tf.layers.conv2d({
          inputShape: [9, 8, 4],
          filters: 6,
          kernelSize: [3, 2],
          strides: 2,
          padding: 'same',
        }),
        tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
        tf.layers.separableConv2d({ filters: 5, kernelSize: 2, padding: 'same' }),
        tf.layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 3 }),
        tf.layers.batchNormalization(),
        tf.layers.reshape({ targetShape: [10, 21] }),
        tf.layers.conv1d({ filters: 4, kernelSize: 3 }),
        tf.layers.dense({ units: 7 }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 2 }),
      ],
    });
    const { layers, flops } = networkFlops('all', model);
    expect(flops).toBe(await kernelsForward(model));
    expect(layers.filter((layer) => layer.flops === 0).map(({ kind }) => kind)).toEqual([
      'BatchNormalization',
      'Reshape',
      'Flatten',
    ]);
    model.dispose();
  });

  it('counts a grouped convolution by its filter, whatever layer has it', () => {
    /** 3x3, 8 channels to 12 in 4 groups: each output sees 2 channels. */
    class Grouped extends tf.layers.Layer {
      static readonly className = 'Grouped';
      override build(): void {
        this.addWeight('kernel', [3, 3, 8 / 4, 12], 'float32', tf.initializers.zeros());
        this.built = true;
      }
      override computeOutputShape(): tf.Shape {
        return [null, 5, 5, 12];
      }
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
        return inputs;
      }
    }
    const input = tf.input({ shape: [7, 7, 8] });
    const model = tf.model({ inputs: input, outputs: new Grouped({}).apply(input) as tf.SymbolicTensor });
    expect(networkFlops('grouped', model).flops).toBe(2 * 5 * 5 * 12 * (3 * 3 * 2));
    model.dispose();
  });

  it('counts nothing wrongly: a layer whose shapes do not tell has no figure', () => {
    const model = tf.sequential({
      layers: [tf.layers.gru({ units: 3, inputShape: [5, 2] }), tf.layers.dense({ units: 1 })],
    });
    const { layers, flops } = networkFlops('recurrent', model);
    expect(layers.map((layer) => layer.flops)).toEqual([null, 6]);
    expect(flops).toBeNull();
    model.dispose();
  });
});
