import { type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';

/**
 * `ParetrainMeanSquaredError` and `ParetrainSigmoidMeanSquaredError`: prediction (or logits) and target of one shape -> the
 * loss [] and its gradient with respect to the first input. The mean over nothing is NaN, as on the cpu backend.
 */
export function registerLosses(): void {
  for (const [kernelName, kernel] of [
    ['ParetrainMeanSquaredError', 'meanSquaredError'],
    ['ParetrainSigmoidMeanSquaredError', 'sigmoidMeanSquaredError'],
  ] as const) {
    registerWasmKernel<{ x: TensorInfo; target: TensorInfo }, object>(
      kernelName,
      ({ inputs: { x, target }, runtime }) => {
        const gradient = runtime.output(x.shape);
        const loss = runtime.output([]);
        const { kernels, pointer, backend } = runtime;
        const count = util.sizeFromShape(x.shape);
        const value = kernels[kernel](pointer(x), pointer(target), pointer(gradient), count);
        new Float32Array(backend.wasm.HEAPU8.buffer, pointer(loss), 1)[0] = value;
        return [loss, gradient];
      },
    );
  }
}
