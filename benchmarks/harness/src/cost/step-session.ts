import {
  ConfigurationError,
  NonFiniteError,
  RngStreams,
  augmentImages,
  cachedConstants,
  computedConstants,
  createStepper,
  createTrainingBatch,
  disposeBatch,
  imagesToTensor,
  range,
  trainableVariables,
  yieldToEventLoop,
  type BuiltMethod,
  type ImageShape,
  type ImageSource,
  type LossNetwork,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { median } from 'simple-statistics';
import { buildAugmentation } from '../registry/build-augmentation.ts';
import type { PluginRegistry } from '../registry/registry.ts';
import type { CostCell } from './cell.ts';
import { countKernels, sumByKernel } from './flops.ts';
import { networkFlops, withTotal, type NetworkFlops } from './layer-flops.ts';
import { medianInterval, type MedianInterval } from './median-interval.ts';
import { sample } from './sample.ts';
import { activateBackend, type Session } from './session.ts';
import { syntheticSource } from './synthetic-source.ts';

/** So many that the interval leaves out the fastest and the slowest. */
const ENCODE_SAMPLES = 9;
const AUGMENTATION_SAMPLES = 9;

/**
 * A method's training steps on synthetic images, through the trainer's own code: bytes to tensors, augmentation,
 * constants computed or taken from memory, gradients, optimiser.
 * @throws {ConfigurationError} for a method that takes no training steps
 */
export async function openStepSession(
  registry: PluginRegistry,
  cell: CostCell,
  folders: { readonly cacheDirectory: string; readonly dataDirectory?: string },
): Promise<Session> {
  const backend = await activateBackend(registry, cell.backend);
  const streams = new RngStreams(0);
  const lossNetwork = await loadLossNetwork(registry, cell, folders);
  const method = await buildMethod(registry, cell, streams, lossNetwork);
  if (method.updates.length === 0) {
    throw new ConfigurationError(
      `method '${cell.method.name}': takes no training steps, so a step has no cost`,
    );
  }
  const source = syntheticSource(cell.batchSize, cell.image, cell.target);
  const indices = range(0, cell.batchSize);
  const constants =
    cell.targets === 'cached'
      ? await cachedConstants(method.constants, source)
      : computedConstants(method.constants);
  const stepper = createStepper(method);
  const step = async () => {
    await yieldToEventLoop();
    const batch = await source.read(indices);
    const inputs = createTrainingBatch({ method, source, constants, streams, indices, batch, epoch: 1 });
    const losses = await stepper.step(inputs);
    disposeBatch(inputs);
    losses.forEach((loss, i) => {
      if (Number.isFinite(loss)) return;
      throw new NonFiniteError(
        `method '${cell.method.name}': the loss of update '${method.updates[i]!.name}' is ${loss}`,
      );
    });
  };
  return {
    backend,
    parameters: Object.values(method.networks)
      .flatMap(trainableVariables)
      .reduce((sum, variable) => sum + variable.size, 0),
    targets: Object.keys(method.constants).length > 0 ? cell.targets : 'none',
    step,
    kernels: async () => sumByKernel(await countKernels(step)),
    networks: async () => [
      ...Object.entries(method.networks).map(([name, network]) => networkFlops(name, network)),
      ...(lossNetwork ? [await lossNetworkFlops(lossNetwork, cell.image)] : []),
    ],
    encodeMsPerImage: () => timeEncoder(method, source, indices),
    augmentationMsPerStep: () => timeAugmentation(method, source, indices),
  };
}

async function loadLossNetwork(
  registry: PluginRegistry,
  cell: CostCell,
  folders: { readonly cacheDirectory: string; readonly dataDirectory?: string },
): Promise<LossNetwork | null> {
  if (!cell.lossNetwork) return null;
  const plugin = await registry.load('loss-network', cell.lossNetwork.name);
  return plugin.load({ options: cell.lossNetwork.options, ...folders });
}

async function buildMethod(
  registry: PluginRegistry,
  cell: CostCell,
  streams: RngStreams,
  lossNetwork: LossNetwork | null,
): Promise<BuiltMethod> {
  const plugin = await registry.load('method', cell.method.name);
  const augmentation = cell.augmentation && (await buildAugmentation(registry, cell.augmentation));
  return plugin.build({
    options: cell.method.options,
    dataset: { image: cell.image, target: cell.target },
    latentSize: cell.latentSize,
    streams,
    ...(lossNetwork ? { lossNetwork } : {}),
    ...(augmentation ? { augmentation } : {}),
  });
}

/** A loss network is a function without layers: its kernels are counted, in the order they run. */
async function lossNetworkFlops(lossNetwork: LossNetwork, image: ImageShape): Promise<NetworkFlops> {
  const { height, width, channels } = image;
  const runs = await countKernels(async () => {
    const images = tf.zeros([1, height, width, channels]) as tf.Tensor4D;
    const features = lossNetwork.features(images);
    await features.data();
    tf.dispose([images, features]);
  });
  return withTotal(
    `loss network ${lossNetwork.name}`,
    runs.map(({ name, inputShapes, outputShapes, flops }) => {
      const [, filter = []] = inputShapes.flatMap((shape) => (shape ? [shape] : []));
      return {
        layer: name,
        kind: `filter ${filter.join('x')}`,
        outputShape: outputShapes[0]?.slice(1) ?? [],
        parameters: filter.reduce((product, n) => product * n, 1),
        flops,
      };
    }),
  );
}

/** Milliseconds of a step that random transformations of its images take; null without any. */
async function timeAugmentation(
  { augmentation }: BuiltMethod,
  source: ImageSource,
  indices: Uint32Array,
): Promise<number | null> {
  if (!augmentation) return null;
  const { images } = await source.read(indices);
  let epoch = 0;
  const augment = async () => {
    epoch += 1;
    augmentImages(augmentation, images, indices, source.image, 0, epoch);
  };
  await augment();
  return median(await sample(AUGMENTATION_SAMPLES, augment));
}

async function timeEncoder(
  method: BuiltMethod,
  source: ImageSource,
  indices: Uint32Array,
): Promise<MedianInterval | null> {
  const { encode } = method;
  if (!encode) return null;
  const { images: bytes } = await source.read(indices);
  const encodeBatch = async () => {
    const images = imagesToTensor(bytes, source.image);
    const embeddings = encode(images);
    await embeddings.data();
    tf.dispose([images, embeddings]);
  };
  await encodeBatch();
  const milliseconds = await sample(ENCODE_SAMPLES, encodeBatch);
  return medianInterval(milliseconds.map((batch) => batch / indices.length));
}
