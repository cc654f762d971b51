import { availableParallelism } from 'node:os';
import type { TensorflowOptions } from './options.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What this package asks of TensorFlow; a variable that the user has set stays as it is. */
const DEFAULTS = {
  // Only errors. TensorFlow says more than a program's own output at every start otherwise.
  TF_CPP_MIN_LOG_LEVEL: '3',
  // Or it takes all memory of the device, and a second process finds none.
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  // A run that was killed and goes on must end with the same bits.
  TF_DETERMINISTIC_OPS: '1',
  // Products of float32 with the precision of float32, as on every other backend.
  NVIDIA_TF32_OVERRIDE: '0',
};

/**
 * Environment variables that TensorFlow reads once, when its library is loaded. There is no other way to say these
 * things through `@tensorflow/tfjs-node`.
 */
export function tensorflowEnvironment(
  { device, threads }: TensorflowOptions,
  given: Variables = process.env,
): Record<string, string> {
  const variables = Object.fromEntries(
    Object.entries(DEFAULTS).filter(([name]) => given[name] === undefined),
  );
  if (device === 'cpu') variables['CUDA_VISIBLE_DEVICES'] = '-1';
  if (threads !== undefined) {
    variables['TF_NUM_INTRAOP_THREADS'] = String(threads);
    variables['TF_NUM_INTEROP_THREADS'] = String(threads);
  }
  return variables;
}

/** Threads that TensorFlow uses on the processor, with the environment that it is loaded with. */
export function tensorflowThreads(environment: Variables): number {
  const asked = Number(environment['TF_NUM_INTRAOP_THREADS']);
  return Number.isInteger(asked) && asked > 0 ? asked : availableParallelism();
}
