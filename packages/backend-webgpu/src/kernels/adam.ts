import type * as tf from '@tensorflow/tfjs';
import { registerWebgpuKernel } from '../register-kernel.ts';
import { runElementwise, type Uniform } from '../shader.ts';

interface Inputs {
  readonly w: tf.TensorInfo;
  readonly g: tf.TensorInfo;
  readonly m: tf.TensorInfo;
  readonly v: tf.TensorInfo;
}

interface Attributes {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** beta1^t and beta2^t at step t. */
  readonly beta1Power: number;
  readonly beta2Power: number;
}

const number = (name: string, value: number): Uniform => ({ name, type: 'f32', values: [value] });

/** One Adam step of a variable in three passes, one for each of its results: weight, first moment, second moment. */
export function registerAdam(): void {
  registerWebgpuKernel<Inputs, Attributes>('ParetrainAdam', ({ inputs: { w, g, m, v }, attrs, backend }) => {
    const { learningRate, beta1, beta2, epsilon, beta1Power, beta2Power } = attrs;
    const root = Math.sqrt(1 - beta2Power);
    const first = runElementwise(backend, {
      key: 'adamFirst',
      inputs: { m, g },
      uniforms: [number('keep', beta1), number('take', 1 - beta1)],
      outputShape: m.shape,
      code: 'result[index] = uniforms.keep * m[index] + uniforms.take * g[index];',
    });
    const second = runElementwise(backend, {
      key: 'adamSecond',
      inputs: { v, g },
      uniforms: [number('keep', beta2), number('take', 1 - beta2)],
      outputShape: v.shape,
      code: 'result[index] = uniforms.keep * v[index] + uniforms.take * g[index] * g[index];',
    });
    const weight = runElementwise(backend, {
      key: 'adamWeight',
      inputs: { w, first, second },
      uniforms: [number('rate', (learningRate * root) / (1 - beta1Power)), number('offset', epsilon * root)],
      outputShape: w.shape,
      code: 'result[index] = w[index] - uniforms.rate * first[index] / (sqrt(second[index]) + uniforms.offset);',
    });
    return [weight, first, second];
  });
}
