import {
  RngStreams,
  parseOptions,
  type ImageShape,
  type LossNetwork,
  type TargetDescription,
} from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import type { PluginRegistry } from '../registry/registry.ts';

export interface TrainableOptions {
  readonly image: ImageShape;
  readonly target: TargetDescription;
  readonly latentSize: number;
  /** Name of the loss network, for methods that need one. */
  readonly lossNetwork: string;
  /** Name of the augmentation, for methods that train on transformed images. */
  readonly augmentation: string;
  readonly folders: { readonly cacheDirectory: string; readonly dataDirectory?: string };
}

export interface TrainableMethods {
  readonly methods: readonly string[];
  /** Methods that have no training step to measure, and why. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/** Every installed method that can be built with these settings and takes training steps. Builds each, on `cpu`. */
export async function trainableMethods(
  registry: PluginRegistry,
  options: TrainableOptions,
): Promise<TrainableMethods> {
  await tf.setBackend('cpu');
  const networks = new Map<string, Promise<LossNetwork>>();
  const methods: string[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const name of registry.names('method')) {
    try {
      const reason = (await takesSteps(registry, name, options, networks))
        ? null
        : 'it takes no training steps';
      if (reason === null) methods.push(name);
      else leftOut.push({ name, reason });
    } catch (error) {
      leftOut.push({ name, reason: (error as Error).message });
    }
  }
  for (const network of networks.values()) {
    // One that could not be loaded has been named with the methods that need it.
    await network.then(
      (loaded) => loaded.dispose(),
      () => undefined,
    );
  }
  return { methods, leftOut };
}

async function takesSteps(
  registry: PluginRegistry,
  name: string,
  {
    image,
    target,
    latentSize,
    lossNetwork: networkName,
    augmentation: augmentationName,
    folders,
  }: TrainableOptions,
  networks: Map<string, Promise<LossNetwork>>,
): Promise<boolean> {
  const plugin = await registry.load('method', name);
  const augmentation = await registry.load('augmentation', augmentationName);
  const options = parseOptions<unknown>(plugin, {});
  let lossNetwork: LossNetwork | undefined;
  if (plugin.needsLossNetwork(options)) {
    let loading = networks.get(networkName);
    if (!loading) {
      const network = await registry.load('loss-network', networkName);
      loading = network.load({ options: parseOptions<unknown>(network, {}), ...folders });
      networks.set(networkName, loading);
    }
    lossNetwork = await loading;
  }
  const method = plugin.build({
    options,
    dataset: { image, target },
    latentSize,
    streams: new RngStreams(0),
    ...(lossNetwork ? { lossNetwork } : {}),
    ...(plugin.needsAugmentation?.(options) && {
      augmentation: augmentation.build(parseOptions<unknown>(augmentation, {})),
    }),
  });
  const steps = method.updates.length > 0;
  method.dispose();
  return steps;
}
