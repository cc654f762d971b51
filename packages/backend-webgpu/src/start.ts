import * as tf from '@tensorflow/tfjs';
import { chooseAdapter, findAdapters, type FoundAdapter } from './adapters.ts';
import { findGpu } from './gpu.ts';
import { TrainingBackend } from './training-backend.ts';

/** tfjs's name of this backend. */
const NAME = 'webgpu';
/** Below that of every other backend: it is used where it is asked for. */
const PRIORITY = 0;

/** Limits of a device that may be as large as the adapter has them; WebGPU's defaults are those of the smallest phones. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/** The device that `device` asks for, without opening it, and the versions of what implements WebGPU. */
export async function lookForDevice(
  device: string,
): Promise<{ readonly found: FoundAdapter; readonly versions: Readonly<Record<string, string>> }> {
  const source = await findGpu();
  return { found: chooseAdapter(await findAdapters(source), device), versions: source.versions };
}

/** Makes a device tfjs's current backend; one that already is stays as it is, unless its device was lost. */
export async function startBackend(found: FoundAdapter): Promise<void> {
  const running = tf.engine().registry[NAME] as TrainingBackend | undefined;
  if (running?.deviceName === found.name && !running.lost) {
    await tf.setBackend(NAME);
    return;
  }
  registerBackend(() => openDevice(found));
  if (!(await tf.setBackend(NAME))) throw new Error(`TensorFlow.js could not start on '${found.name}'.`);
}

/** Lets `tf.setBackend('webgpu')` start a device, instead of the stock backend that may be registered by that name. */
export function registerBackend(factory: () => Promise<TrainingBackend>): void {
  if (tf.findBackendFactory(NAME)) tf.removeBackend(NAME);
  tf.registerBackend(NAME, factory, PRIORITY);
}

/** A backend on a device of an adapter, with as much as it has. */
export async function openDevice({ adapter, gpu, name }: FoundAdapter): Promise<TrainingBackend> {
  const device = await adapter.requestDevice({
    label: name,
    requiredLimits: Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]])),
    // For tf.time and tf.profile.
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
  return withNavigatorGpu(gpu, () => new TrainingBackend(device, adapter.info, name));
}

/**
 * tfjs's constructor wants to see `navigator.gpu`. In Node it is there only for so long: other libraries take `navigator` for
 * the sign of a browser.
 */
function withNavigatorGpu<T>(gpu: GPU, make: () => T): T {
  if (globalThis.navigator?.gpu) return make();
  const added: [object, string] = globalThis.navigator
    ? [globalThis.navigator, 'gpu']
    : [globalThis, 'navigator'];
  Object.defineProperty(added[0], added[1], {
    value: added[1] === 'gpu' ? gpu : { gpu },
    configurable: true,
  });
  try {
    return make();
  } finally {
    Reflect.deleteProperty(...added);
  }
}
