import type * as tf from '@tensorflow/tfjs';
import { registerWebgpuKernel } from '../register-kernel.ts';
import { runElementwise } from '../shader.ts';

/**
 * `exp` of a NaN is undefined in WGSL, and infinite on some devices: a sigmoid would hide that training has diverged. Both
 * hand NaN on.
 */
const FUNCTIONS = {
  Exp: 'exp(value)',
  Sigmoid: '1.0 / (1.0 + exp(-value))',
} as const;

export function registerExponentials(): void {
  for (const [kernelName, formula] of Object.entries(FUNCTIONS)) {
    registerWebgpuKernel<{ x: tf.TensorInfo }, object>(kernelName, ({ inputs: { x }, backend, stock }) => {
      if (x.dtype !== 'float32' || backend.shouldExecuteOnCPU([x])) return stock();
      return runElementwise(backend, {
        key: kernelName,
        inputs: { x },
        uniforms: [],
        outputShape: x.shape,
        code: `
          let value = x[index];
          if (isnan(value)) { result[index] = value; } else { result[index] = ${formula}; }`,
      });
    });
  }
}
