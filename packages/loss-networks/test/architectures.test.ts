import '@paretrain/backend-wasm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions, type LossNetworkPlugin } from '@paretrain/core';
import { expectAllclose, expectNoLeaks } from '@paretrain/testing';
import { readSafetensors } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { alexnetArchitecture } from '../src/alexnet.ts';
import { caffenetArchitecture } from '../src/caffenet.ts';
import { mobilenet_v2, squeezenet1_1, vgg11_bn, vgg19 } from '../src/index.ts';
import { buildStages, disposeStages, runStages } from '../src/stages/stage-network.ts';
import type { WeightReader } from '../src/stages/weight-reader.ts';
import { formulaImages, wave } from './formulas.ts';
import { expectRecorded, type Recorded } from './recorded.ts';
import { findData } from './shared-data.ts';

interface Case {
  readonly image: [number, number];
  readonly layers: Record<string, Recorded>;
}
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/architectures-pytorch.json', import.meta.url), 'utf8'),
) as Record<string, Case>;

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
});

function formulaImage([height, width]: readonly [number, number]): tf.Tensor4D {
  return tf.tensor4d(formulaImages(height * width * 3), [1, height, width, 3]);
}

describe('alexnet', () => {
  it("equals torchvision's AlexNet on formula weights, layer by layer", async () => {
    await expectNoLeaks(async () => {
      const { image, layers } = fixture['alexnet']!;
      const stages = await buildStages(alexnetArchitecture.stages, (name, shape) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const fanIn = count / shape[0]!;
        return Promise.resolve(
          name.endsWith('.bias') ? wave(count, 0.5, 0.1) : wave(count, 0.9, 1 / Math.sqrt(fanIn / 2)),
        );
      });
      const images = formulaImage(image);
      const maps = tf.tidy(() => runStages(stages, alexnetArchitecture.normalise(images)));
      for (const [layer, expected] of Object.entries(layers)) {
        const map = maps[stages.findIndex(({ name }) => name === layer)]!;
        expectRecorded((await map.data()) as Float32Array, expected, layer);
      }
      tf.dispose([images, ...maps]);
      disposeStages(stages);
    });
  });
});

const FILES = {
  squeezenet1_1: 'weights/squeezenet1_1_fp16.safetensors',
  vgg11_bn: 'weights/vgg11_bn_folded_conv1-4.safetensors',
  vgg19: 'weights/vgg19n_conv3_1.safetensors',
  mobilenet_v2: 'weights/mobilenet_v2_features_fp16.safetensors',
} as const;
const PLUGINS: Record<keyof typeof FILES, LossNetworkPlugin<never>> = {
  squeezenet1_1: squeezenet1_1 as unknown as LossNetworkPlugin<never>,
  vgg11_bn: vgg11_bn as unknown as LossNetworkPlugin<never>,
  vgg19: vgg19 as unknown as LossNetworkPlugin<never>,
  mobilenet_v2: mobilenet_v2 as unknown as LossNetworkPlugin<never>,
};
const data = findData(...Object.values(FILES));

describe.skipIf(data === undefined)('with its real weights', () => {
  it.each([
    ['squeezenet1_1', 'squeezenet1_1'],
    ['vgg11_bn', 'vgg11_bn'],
    ['vgg19', 'vgg19'],
    ['mobilenet_v2', 'mobilenet_v2'],
    ['mobilenet_v2', 'mobilenet_v2-even'],
  ] as const)("%s equals PyTorch's activations of %s", async (name, recorded) => {
    await expectNoLeaks(async () => {
      const { image, layers } = fixture[recorded]!;
      const plugin = PLUGINS[name];
      const images = formulaImage(image);
      for (const [layer, expected] of Object.entries(layers)) {
        const options = parseOptions(plugin, name === 'mobilenet_v2' ? {} : { layer });
        const network = await plugin.load({ options, dataDirectory: data! });
        const features = network.features(images);
        const [height, width] = image;
        expect(features.shape).toEqual([1, network.featureCount({ height, width, channels: 3 })]);
        expectRecorded((await features.data()) as Float32Array, expected, `${recorded} ${layer}`);
        features.dispose();
        network.dispose();
      }
      images.dispose();
    });
  });
});

const REFERENCE = 'weights/caffenet_testvec.safetensors';
const WEIGHTS = 'weights/caffenet_conv12.safetensors';
const caffe = findData(REFERENCE, WEIGHTS);

describe.skipIf(caffe === undefined)('caffenet with its real weights', () => {
  it("gives Caffe's own activations to 1e-4", async () => {
    await expectNoLeaks(async () => {
      const load = (file: string) => readSafetensors(readFileSync(join(caffe!, file))).tensors;
      const [weights, reference] = [load(WEIGHTS), load(REFERENCE)];
      const read: WeightReader = (name) => Promise.resolve(weights[name]!.data);
      const stages = await buildStages(caffenetArchitecture.stages, read);
      // Blue, green, red and channels first in the file; the mean is already subtracted.
      const images = tf.tidy(() => {
        const channelsFirst = tf.tensor3d(reference['input_bgr_meansub']!.data, [3, 227, 227]);
        return tf.reverse(tf.transpose(channelsFirst, [1, 2, 0]), 2).expandDims<tf.Tensor4D>(0);
      });
      const maps = tf.tidy(() => runStages(stages, images));
      for (const [layer, expected] of [
        ['pool1', 'pool1'],
        ['norm1', 'norm1'],
        ['relu2', 'conv2_relu'],
      ] as const) {
        const map = maps[stages.findIndex(({ name }) => name === layer)]!;
        const received = tf.tidy(() => tf.transpose(map.squeeze([0]), [2, 0, 1]));
        expectAllclose(await received.data(), reference[expected]!.data, 1e-4, layer);
        received.dispose();
      }
      tf.dispose([images, ...maps]);
      disposeStages(stages);
    });
  });
});
