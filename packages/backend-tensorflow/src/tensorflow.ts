import { UnavailableError, defineBackend, type BackendAvailability } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { availabilityOf, lookAtTensorflow } from './availability.ts';
import { tensorflowEnvironment } from './environment.ts';
import { findTfjsNode } from './find-tfjs-node.ts';
import { tensorflowInstaller } from './install/installer.ts';
import { registerKernels } from './kernels/register.ts';
import { loadTfjsNode } from './load-tfjs-node.ts';
import { tensorflowOptions, type TensorflowOptions } from './options.ts';

/** What this process has loaded; it can do so once. */
let loaded: { readonly options: TensorflowOptions; readonly availability: BackendAvailability } | null = null;

/** Native TensorFlow through `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`: CUDA devices and processors. */
export const tensorflow = defineBackend<TensorflowOptions>({
  name: 'tensorflow',
  version: '1.0.0',
  description: 'Native TensorFlow on a CUDA device or the processor, through tfjs-node',
  options: tensorflowOptions,
  installer: tensorflowInstaller,
  probe: (options) => lookAtTensorflow(options),
  async activate(options) {
    if (loaded && !sameOptions(loaded.options, options)) {
      throw new UnavailableError(
        `backend 'tensorflow': it runs in this process with ${JSON.stringify(loaded.options)} already, ` +
          `asked for was ${JSON.stringify(options)}.`,
        'use one set of options a process',
      );
    }
    const availability = loaded?.availability ?? (await load(options));
    if (!availability.available) {
      throw new UnavailableError(`backend 'tensorflow': ${availability.reason!}`, availability.fix!);
    }
    await tf.setBackend('tensorflow');
    await tf.ready();
    return availability;
  },
});

async function load(options: TensorflowOptions): Promise<BackendAvailability> {
  let succeeded = false;
  const availability = await availabilityOf(findTfjsNode(options.device), options, ({ directory }) => {
    Object.assign(process.env, tensorflowEnvironment(options));
    const seen = loadTfjsNode(directory);
    registerKernels();
    succeeded = true;
    return seen;
  });
  if (succeeded) loaded = { options, availability };
  return availability;
}

function sameOptions(a: TensorflowOptions, b: TensorflowOptions): boolean {
  return a.device === b.device && a.threads === b.threads;
}
