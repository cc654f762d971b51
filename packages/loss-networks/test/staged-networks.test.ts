import '@paretrain/backend-wasm';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigurationError,
  DataError,
  Rng,
  ShapeError,
  parseOptions,
  type LossNetwork,
  type LossNetworkPlugin,
} from '@paretrain/core';
import { expectAllclose, expectNoLeaks, sampleImages, testLossNetwork } from '@paretrain/testing';
import type { TensorToWrite } from '@paretrain/weights';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alexnetArchitecture } from '../src/alexnet.ts';
import { caffenetArchitecture } from '../src/caffenet.ts';
import {
  alexnet,
  caffenet,
  loadTrunk,
  mobilenet_v2,
  squeezenet1_1,
  vgg11_bn,
  vgg16,
  vgg19,
} from '../src/index.ts';
import type { StagedArchitecture } from '../src/load-staged-network.ts';
import { squeezenetArchitecture } from '../src/squeezenet1_1.ts';
import { vgg11Architecture } from '../src/vgg11_bn.ts';
import { vgg16Architecture } from '../src/vgg16.ts';
import { vgg19Architecture } from '../src/vgg19.ts';
import { buildStages, disposeStages } from '../src/stages/stage-network.ts';
import { mobilenetWeights, seededWeights, writeTensors, writeWeights } from './staged-data.ts';

const ARCHITECTURES: readonly StagedArchitecture[] = [
  alexnetArchitecture,
  caffenetArchitecture,
  squeezenetArchitecture,
  vgg11Architecture,
  vgg16Architecture,
  vgg19Architecture,
];
const directory = mkdtempSync(join(tmpdir(), 'paretrain-loss-networks-'));
const cacheDirectory = join(directory, 'cache');
const folders = { dataDirectory: directory, cacheDirectory };

/** AlexNet is recognised by its first weights. */
function asAlexnet(tensors: Record<string, TensorToWrite>): void {
  tensors['features.0.weight']?.data.set(alexnetArchitecture.beginsWith!.values);
}

beforeAll(async () => {
  await tf.setBackend('wasm');
  await tf.ready();
  for (const { name, files, stages } of ARCHITECTURES) {
    await writeWeights(directory, files[0], stages, name === 'alexnet' ? asAlexnet : undefined);
  }
  writeTensors(directory, 'weights/mobilenet_v2_features_fp16.safetensors', mobilenetWeights());
});
afterAll(() => rmSync(directory, { recursive: true }));

function load(
  plugin: unknown,
  options: Record<string, unknown> = {},
  context = folders,
): Promise<LossNetwork> {
  const any = plugin as LossNetworkPlugin<never>;
  return any.load({ options: parseOptions(any, options), ...context });
}

// Small steps where pixels are multiplied by 255 or layers are many, so that few ReLUs change sides.
const fine = { step: 2e-5, tolerance: 0.05 };
const SMALL = [
  { height: 40, width: 35, channels: 3 },
  { height: 64, width: 64, channels: 3 },
];
testLossNetwork(alexnet, folders);
testLossNetwork(caffenet, { ...folders, gradient: fine });
testLossNetwork(squeezenet1_1, { ...folders, gradient: fine });
testLossNetwork(vgg11_bn, { ...folders, images: SMALL, gradient: { step: 2e-4, tolerance: 0.05 } });
testLossNetwork(vgg16, { ...folders, images: SMALL, gradient: { step: 2e-4, tolerance: 0.05 } });
testLossNetwork(vgg19, { ...folders, images: SMALL, gradient: fine });
testLossNetwork(mobilenet_v2, { ...folders, gradient: fine });
testLossNetwork(alexnet, { ...folders, options: { padTo: 128, layer: 'relu2', sigmoid: false } });

describe('pretrained networks', () => {
  it.each<[string, unknown, Record<string, unknown>, number]>([
    ['alexnet', alexnet, { layer: 'relu2' }, 7 * 7 * 192],
    ['alexnet', alexnet, { layer: 'relu1' }, 15 * 15 * 64],
    ['alexnet', alexnet, { layer: 'relu5' }, 3 * 3 * 256],
    ['alexnet', alexnet, { padTo: 224 }, 27 * 27 * 192],
    ['caffenet', caffenet, {}, 7 * 7 * 256],
    ['squeezenet1_1', squeezenet1_1, {}, 3 * 3 * 512],
    ['squeezenet1_1', squeezenet1_1, { layer: 'relu1' }, 31 * 31 * 64],
    ['vgg11_bn', vgg11_bn, {}, 16 * 16 * 256],
    ['vgg16', vgg16, {}, 16 * 16 * 256],
    ['vgg16', vgg16, { layer: 'relu5_3' }, 4 * 4 * 512],
    ['vgg19', vgg19, {}, 16 * 16 * 256],
    ['mobilenet_v2', mobilenet_v2, {}, 1280],
  ])('%s gives its number of features for 64x64 pixels (case %#)', async (_, plugin, options, count) => {
    const network = await load(plugin, options);
    expect(network.featureCount({ height: 64, width: 64, channels: 3 })).toBe(count);
    network.dispose();
  });

  it('have the checksum of their weight file', async () => {
    const network = await load(caffenet);
    const bytes = readFileSync(join(directory, caffenetArchitecture.files[0]));
    expect(network.weightsChecksum).toBe(createHash('sha256').update(bytes).digest('hex'));
    network.dispose();
  });

  it('feed pixels as they are without normalisation, and put a sigmoid behind where asked', async () => {
    const mean = 118 / 255;
    const [normalised, plain, squashed] = [
      await load(caffenet, { layer: 'relu1' }),
      await load(caffenet, { layer: 'relu1', normalise: false }),
      await load(caffenet, { layer: 'relu1', normalise: false, sigmoid: true }),
    ];
    tf.tidy(() => {
      const images = sampleImages(1, { height: 35, width: 35, channels: 3 }, Rng.stream(0, 'images'));
      const byHand = tf.sub(tf.mul(images, 255), tf.tensor1d([123, 117, 104])) as tf.Tensor4D;
      const features = plain.features(images);
      expectAllclose(plain.features(byHand).dataSync(), normalised.features(images).dataSync(), 1e-6);
      expect(features.dataSync()).not.toEqual(plain.features(tf.sub(images, mean)).dataSync());
      expectAllclose(squashed.features(images).dataSync(), tf.sigmoid(features).dataSync(), 1e-6);
    });
    for (const network of [normalised, plain, squashed]) network.dispose();
  });

  it('name the smallest image and the padded sides', async () => {
    const network = await load(squeezenet1_1);
    expect(() => network.featureCount({ height: 6, width: 64, channels: 3 })).toThrow(ShapeError);
    expect(() => network.features(tf.zeros([1, 64, 64, 1]))).toThrow(
      /'squeezenet1_1': images: received shape \[1, 64, 64, 1\], expected \[batch, height, width, 3\] with sides of at least/,
    );
    network.dispose();
    await expectNoLeaks(() =>
      expect(load(alexnet, { padTo: 10 })).rejects.toThrow("'alexnet': padTo: received 10, valid: from 15"),
    );
    const padded = await load(alexnet, { padTo: 96 });
    expect(() => padded.featureCount({ height: 97, width: 64, channels: 3 })).toThrow(
      /sides of 1 to 96 pixels/,
    );
    padded.dispose();
    expect(() => parseOptions(alexnet, { layer: 'conv9' })).toThrow(ConfigurationError);
  });

  it('alexnet takes a file of the tensors that its layer needs, and says what a deeper one lacks', async () => {
    const dataDirectory = mkdtempSync(join(directory, 'part-'));
    const [, part] = alexnetArchitecture.files;
    await writeWeights(dataDirectory, part!, alexnetArchitecture.stages.slice(0, 3), asAlexnet);
    const [network, whole] = [
      await load(alexnet, {}, { dataDirectory, cacheDirectory }),
      await load(alexnet),
    ];
    tf.tidy(() => {
      const images = sampleImages(1, { height: 64, width: 64, channels: 3 }, Rng.stream(0, 'images'));
      expect(network.features(images).dataSync()).toEqual(whole.features(images).dataSync());
    });
    network.dispose();
    whole.dispose();
    await expect(load(alexnet, { layer: 'relu3' }, { dataDirectory, cacheDirectory })).rejects.toThrow(
      /tensor 'features\.6\.weight': not in the file/,
    );
  });

  it.each([
    { plugin: alexnet, architecture: alexnetArchitecture },
    { plugin: vgg16, architecture: vgg16Architecture },
  ])('$plugin.name fetches the tensors that its layers read, and no others', async (each) => {
    const { files, stages } = each.architecture;
    const read: (readonly [string, readonly number[]])[] = [];
    const built = await buildStages(stages, (name, shape) => {
      read.push([name, shape]);
      return seededWeights(name, shape);
    });
    disposeStages(built);
    const [file] = each.plugin.downloads!;
    expect(file!.tensors!.map(({ name, shape }) => [name, shape])).toEqual(read);
    expect([file!.path, file!.otherPath]).toEqual(files);
  });

  it('say which file is missing and how to get it', async () => {
    const empty = { dataDirectory: join(directory, 'nothing'), cacheDirectory };
    await expect(load(alexnet, {}, empty)).rejects.toThrow(DataError);
    await expect(load(alexnet, {}, empty)).rejects.toThrow(
      /'alexnet': no 'weights\/alexnet-owt-7be5be79\.pth' .* run paretrain data fetch alexnet, or .*--data-dir/,
    );
    await expect(load(vgg19, {}, empty)).rejects.toThrow(
      /'vgg19': no .* in '.*nothing' or '.*downloads'; it cannot be downloaded: put .* \(--data-dir DIR or PARETRAIN_DATA_DIR\)$/,
    );
  });

  it.each<[string, (tensors: Record<string, TensorToWrite>) => void, RegExp]>([
    [
      'a missing weight',
      (tensors) => delete tensors['conv2.bias'],
      /caffenet.*: tensor 'conv2\.bias': not in the file/,
    ],
    [
      'another shape',
      (tensors) => {
        tensors['conv2.bias'] = { shape: [2], data: new Float32Array(2) };
      },
      /caffenet.*weight 'conv2\.bias': received shape \[2\], valid: \[256\]/,
    ],
    ['a NaN', (tensors) => tensors['conv1.bias']!.data.fill(NaN), /weight 'conv1\.bias' holds a NaN/],
  ])('reject %s', async (_, change, message) => {
    const dataDirectory = mkdtempSync(join(directory, 'changed-'));
    await writeWeights(dataDirectory, caffenetArchitecture.files[0], caffenetArchitecture.stages, change);
    await expectNoLeaks(async () => {
      const loading = load(caffenet, {}, { dataDirectory, cacheDirectory });
      await expect(loading).rejects.toThrow(DataError);
      await expect(loading).rejects.toThrow(message);
    });
  });

  it('reject a damaged file and another network of the same shapes', async () => {
    const dataDirectory = mkdtempSync(join(directory, 'damaged-'));
    await writeWeights(dataDirectory, alexnetArchitecture.files[0], alexnetArchitecture.stages);
    const other = load(alexnet, {}, { dataDirectory, cacheDirectory });
    await expect(other).rejects.toThrow(
      /'features\.0\.weight' begins with .*, valid: 0\.11864, .*another network/,
    );
    writeFileSync(join(dataDirectory, alexnetArchitecture.files[0]), 'nothing of the kind');
    await expect(load(alexnet, {}, { dataDirectory, cacheDirectory })).rejects.toThrow(DataError);
  });
});

describe('loadTrunk', () => {
  it('gives the maps of the layers that were asked for, with the checksum of the file', async () => {
    await expectNoLeaks(async () => {
      const trunk = await loadTrunk('squeezenet1_1', ['fire5', 'relu1'], folders);
      const network = await load(squeezenet1_1, { layer: 'fire5', normalise: false });
      tf.tidy(() => {
        const images = sampleImages(2, { height: 64, width: 64, channels: 3 }, Rng.stream(0, 'images'));
        const maps = trunk.maps(images);
        expect(maps.map(({ shape }) => shape)).toEqual([
          [2, 7, 7, 256],
          [2, 31, 31, 64],
        ]);
        expect(maps[0]!.dataSync()).toEqual(network.features(images).dataSync());
        expect(() => trunk.maps(tf.zeros([1, 8, 64, 3]))).toThrow(ShapeError);
      });
      expect(trunk.weightsChecksum).toBe(network.weightsChecksum);
      trunk.dispose();
      network.dispose();
    });
  });

  it('names the layers that there are', async () => {
    const loading = loadTrunk('alexnet', ['relu6'], folders);
    await expect(loading).rejects.toThrow(ConfigurationError);
    await expect(loading).rejects.toThrow(/'alexnet': layer: received 'relu6', valid: relu1, pool1, relu2/);
  });
});
