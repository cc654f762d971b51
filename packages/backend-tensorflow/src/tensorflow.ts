import { UnavailableError, defineBackend, type BackendAvailability } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { lookAtTensorflow } from './availability.ts';
import { tensorflowEnvironment } from './environment.ts';
import { findTfjsNode } from './find-tfjs-node.ts';
import { tensorflowInstaller } from './install/installer.ts';
import { registerKernels } from './kernels/register.ts';
import { loadTfjsNode } from './load-tfjs-node.ts';
import { tensorflowOptions, type TensorflowOptions } from './options.ts';

/** What this process has loaded; it can do so once. */
let running: { readonly options: TensorflowOptions; readonly availability: BackendAvailability } | null =
  null;

/** Native TensorFlow through `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`: CUDA devices and processors. */
export const tensorflow = defineBackend<TensorflowOptions>({
  name: 'tensorflow',
  version: '1.0.0',
  description: 'Native TensorFlow on a CUDA device or the processor, through tfjs-node',
  options: tensorflowOptions,
  installer: tensorflowInstaller,
  probe: (options) => lookAtTensorflow(options),
  async activate(options) {
    if (running && !sameOptions(running.options, options)) {
      throw new UnavailableError(
        `backend 'tensorflow': it runs in this process with ${JSON.stringify(running.options)} already, ` +
          `asked for was ${JSON.stringify(options)}.`,
        'use one set of options a process',
      );
    }
    running ??= { options, availability: await start(options) };
    await tf.setBackend('tensorflow');
    await tf.ready();
    return running.availability;
  },
});

async function start(options: TensorflowOptions): Promise<BackendAvailability> {
  const availability = await lookAtTensorflow(options);
  if (!availability.available) {
    throw new UnavailableError(`backend 'tensorflow': ${availability.reason!}`, availability.fix!);
  }
  Object.assign(process.env, tensorflowEnvironment(options));
  loadTfjsNode(findTfjsNode(options.device)!.directory);
  registerKernels();
  return availability;
}

function sameOptions(a: TensorflowOptions, b: TensorflowOptions): boolean {
  return a.device === b.device && a.threads === b.threads;
}
