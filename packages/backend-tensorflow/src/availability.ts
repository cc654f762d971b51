import { cpus } from 'node:os';
import type { BackendAvailability } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { tensorflowEnvironment, tensorflowThreads } from './environment.ts';
import { findTfjsNode, type TfjsNode } from './find-tfjs-node.ts';
import { gpuName } from './gpu-name.ts';
import { inspectTfjsNode } from './inspect-tfjs-node.ts';
import type { LoadedTensorflow } from './load-tfjs-node.ts';
import type { TensorflowOptions } from './options.ts';

const INSTALL = 'paretrain backends install tensorflow';
const UNINSTALL = 'paretrain backends uninstall tensorflow';

export interface LookOptions {
  /** The copy of tfjs-node. Default: the one that the backend would use. */
  readonly found?: TfjsNode | null;
  readonly signal?: AbortSignal | undefined;
}

/** Whether TensorFlow can be used with these options, and on which device. Loads nothing into this process; never throws. */
export async function lookAtTensorflow(
  options: TensorflowOptions,
  { found = findTfjsNode(options.device), signal }: LookOptions = {},
): Promise<BackendAvailability> {
  return availabilityOf(found, options, ({ directory }) =>
    inspectTfjsNode(directory, tensorflowEnvironment(options), signal),
  );
}

/** What TensorFlow was found to be, and what it said about CUDA where it was asked. */
type Seen = LoadedTensorflow & { readonly cudaNotes?: readonly string[] };

/**
 * Tells what loading a copy of tfjs-node has shown, in words of use to the user. Never throws.
 * @param load loads it, here or in another process
 */
export async function availabilityOf(
  found: TfjsNode | null,
  options: TensorflowOptions,
  load: (found: TfjsNode) => Seen | Promise<Seen>,
): Promise<BackendAvailability> {
  const gpuFlag = options.device === 'gpu' ? ' --gpu' : '';
  if (!found) {
    const reason = 'neither @tensorflow/tfjs-node nor @tensorflow/tfjs-node-gpu is installed.';
    return unavailable(reason, `${INSTALL}${gpuFlag}`);
  }
  const again = found.origin === 'installation' ? `${UNINSTALL} && ${INSTALL}` : INSTALL;
  try {
    const seen = await load(found);
    if (options.device === 'gpu' && !seen.gpu) {
      const notes = seen.cudaNotes?.length ? ` It says: ${seen.cudaNotes.join(' ')}` : '';
      const reason = `TensorFlow ${seen.version} finds no CUDA device.${notes}`;
      return unavailable(reason, `check that nvidia-smi lists a device, then ${again} --gpu --wheel`);
    }
    return await available(found, seen, { ...process.env, ...tensorflowEnvironment(options) });
  } catch (error) {
    const why = (error as Error).message.replaceAll(/\s+/g, ' ').trim();
    const reason = `${found.name} ${found.version} (${found.directory}) cannot be used: ${why}`;
    return unavailable(reason.endsWith('.') ? reason : `${reason}.`, `${again}${gpuFlag}`);
  }
}

async function available(
  found: TfjsNode,
  { version, gpu }: LoadedTensorflow,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<BackendAvailability> {
  return {
    available: true,
    device: gpu
      ? ((await gpuName(environment['CUDA_VISIBLE_DEVICES'])) ?? 'CUDA device')
      : (cpus()[0]?.model.trim() ?? 'processor'),
    software: false,
    versions: {
      '@tensorflow/tfjs': tf.version['tfjs'],
      [found.name]: found.version,
      tensorflow: version,
    },
    simd: null,
    threads: gpu ? null : tensorflowThreads(environment),
    reason: null,
    fix: null,
  };
}

function unavailable(reason: string, fix: string): BackendAvailability {
  return {
    available: false,
    device: null,
    software: false,
    versions: { '@tensorflow/tfjs': tf.version['tfjs'] },
    simd: null,
    threads: null,
    reason,
    fix,
  };
}
