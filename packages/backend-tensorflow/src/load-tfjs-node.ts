import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';

/** What is known of TensorFlow once it is loaded. */
export interface LoadedTensorflow {
  /** TensorFlow's own version. */
  readonly version: string;
  /** Whether operations run on a CUDA device. */
  readonly gpu: boolean;
}

/** The parts of tfjs-node's backend that this package looks at. */
interface NodeBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/** Where the stand-ins that the installer writes for `@tensorflow/tfjs` find the one of this program. */
const PROGRAM_TFJS = Symbol.for('paretrain.tfjs');

/**
 * Loads tfjs-node, which registers the tfjs backend `tensorflow`. The current backend stays current.
 * @throws what the native library or Node's loader throws
 */
export function loadTfjsNode(directory: string): LoadedTensorflow {
  const before = tf.getBackend();
  (globalThis as Record<symbol, unknown>)[PROGRAM_TFJS] = (tf as { default?: unknown }).default ?? tf;
  restoreRemovedFunctions();
  const require = createRequire(join(directory, 'package.json'));
  require(directory);
  const backend = tf.findBackend('tensorflow') as unknown as NodeBackend;
  // It has made itself the current one.
  if (before && before !== 'tensorflow') void tf.setBackend(before);
  return { version: backend.binding.TF_Version, gpu: backend.isUsingGpuDevice };
}

/** tfjs-node 4.22 calls functions of `node:util` that Node 22 warns of and Node 23 has removed. */
function restoreRemovedFunctions(): void {
  const old = util as unknown as Record<string, unknown>;
  old['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  old['isArray'] = Array.isArray;
}
