/*
 * Judges loss networks by what an autoencoder learns with them: I-I-PS (P-AE) on the first 5,000 training images of CIFAR-10 tiled to
 * 64x64, embedding size 300, batch 100, then logistic regression on the embeddings of the same images. I-I-PW is the control without any:
 *   pnpm --filter @paretrain/loss-networks evaluate --data-dir DIR [--networks paretrain,random,caffenet,pixel-wise] [--epochs 9]
 * Tests on CIFAR-10's test images and, as those may be few, on 5,000 training images that neither autoencoder nor probe saw.
 */
import '@paretrain/backend-wasm';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  Rng,
  RngStreams,
  parseOptions,
  train,
  trainingSettings,
  type ImageSource,
  type LossNetwork,
} from '@paretrain/core';
import { CIFAR_10_CLASSES, cifar10 } from '@paretrain/dataset-cifar-10';
import { embed, linear } from '@paretrain/evaluators';
import { iIPs, iIPw } from '@paretrain/method-autoencoder';
import * as tf from '@tensorflow/tfjs';
import { paretrain, random } from '../src/index.ts';
import { caffenetLossNetwork, caffenetTeacher, readCaffenet } from './distillation/caffenet.ts';
import { channelStatistics, normalizingFactors, sampleIndices } from './distillation/statistics.ts';
import { viewSource } from './distillation/view-source.ts';
import { VIEW_SHAPE, tile } from './distillation/views.ts';

const { values: flags } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: process.env['PARETRAIN_DATA_DIR'] ?? '../shared/data' },
    networks: { type: 'string', default: 'paretrain,random,caffenet,pixel-wise' },
    epochs: { type: 'string', default: '9' },
    images: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '0' },
  },
});
const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const dataDirectory = resolve(root, flags['data-dir']);
const [seed, epochs, count] = [Number(flags.seed), Number(flags.epochs), Number(flags.images)];
const LATENT_SIZE = 300;

await tf.setBackend('wasm');
await tf.ready();

const dataset = await cifar10.prepare({
  options: {},
  dataDirectory,
  cacheDirectory: join(root, 'node_modules/.cache'),
});

/** A range of a split's images, tiled, with their labels. */
async function tiled(split: 'train' | 'test', begin: number, length: number): Promise<ImageSource> {
  const source = await dataset.open(split);
  const views = viewSource([{ source, views: [tile] }]);
  const here = (indices: ArrayLike<number>): number[] => Array.from(indices, (index) => index + begin);
  return {
    ...views,
    count: Math.min(length, source.count - begin),
    async read(indices) {
      const { images } = await views.read(here(indices));
      return { images, targets: (await source.read(here(indices))).targets };
    },
  };
}
const splits = {
  train: await tiled('train', 0, count),
  test: await tiled('test', 0, Infinity),
  unseen: await tiled('train', count, 5000),
};

async function load(name: string): Promise<LossNetwork | undefined> {
  if (name === 'pixel-wise') return undefined;
  if (name === 'paretrain') return paretrain.load({ options: parseOptions(paretrain, {}) });
  if (name === 'random') return random.load({ options: parseOptions(random, {}) });
  const caffenet = readCaffenet(await readFile(join(dataDirectory, 'weights/caffenet_conv12.safetensors')));
  const indices = sampleIndices(splits.train, 1000, Rng.stream(seed, 'statistics'));
  const teacher = (images: tf.Tensor4D): tf.Tensor4D => caffenetTeacher(caffenet, images);
  const { rootMeanSquare } = await channelStatistics(splits.train, indices, teacher);
  return caffenetLossNetwork(caffenet, normalizingFactors(rootMeanSquare));
}

for (const name of flags.networks.split(',')) {
  const lossNetwork = await load(name);
  const plugin = lossNetwork ? iIPs : iIPw;
  const description = { image: VIEW_SHAPE, target: { kind: 'class', classes: CIFAR_10_CLASSES } } as const;
  const streams = new RngStreams(seed);
  const method = plugin.build({
    options: parseOptions(plugin, {}),
    dataset: description,
    latentSize: LATENT_SIZE,
    streams,
    ...(lossNetwork ? { lossNetwork } : {}),
  });
  const { history, seconds } = await train({
    method,
    source: splits.train,
    settings: trainingSettings.parse({ epochs, batchSize: 100, validationFraction: 0, patience: null }),
    streams,
    onEpoch: ({ epoch, loss, seconds }) =>
      console.error(`${name}: epoch ${epoch}, loss ${loss.toFixed(5)}, ${seconds.toFixed(0)} s`),
  });
  const training = await embed(method, splits.train);
  const accuracy: Record<string, number> = {};
  for (const split of ['test', 'unseen'] as const) {
    const held = await embed(method, splits[split]);
    const { metrics } = await linear.evaluate({
      options: parseOptions(linear, {}),
      dataset: description,
      method,
      embeddings: async (which) => (which === 'train' ? training : held),
      images: async () => splits[split],
      rng: Rng.stream(seed, 'linear'),
    });
    accuracy[split] = metrics['accuracy']!;
  }
  const checksum = lossNetwork?.weightsChecksum.slice(0, 12) ?? null;
  const result = {
    network: name,
    checksum,
    seed,
    epochs,
    loss: history.at(-1)?.loss,
    accuracy,
    seconds: seconds.train,
  };
  console.log(JSON.stringify(result));
  method.dispose();
  lossNetwork?.dispose();
}
for (const source of Object.values(splits)) await source.close();
