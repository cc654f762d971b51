import { type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';

/**
 * `ParetrainBatchNormTraining`: x [..., c], gamma [c], beta [c] -> y (like x), mean [c], variance [c] (biased), statistics [5, c] for
 * the gradient. `ParetrainBatchNormTrainingGrad`: dy, x, gamma, statistics -> dx, dgamma, dbeta. `ParetrainMovingStatistics`: moving
 * and a batch's mean and variance, and a bias if there is one, [c] all -> new moving mean and variance.
 */
export function registerBatchNorm(): void {
  registerWasmKernel<
    { x: TensorInfo; gamma: TensorInfo; beta: TensorInfo },
    { epsilon: number; relu: boolean }
  >('ParetrainBatchNormTraining', ({ inputs: { x, gamma, beta }, attrs, runtime }) => {
    const channels = x.shape.at(-1)!;
    const y = runtime.output(x.shape);
    const statistics = runtime.output([5, channels]);
    const mean = runtime.output([channels]);
    const variance = runtime.output([channels]);
    const { kernels, backend, pointer } = runtime;
    const workspace = runtime.workspace(kernels.batchNormWorkspace(channels));
    const rows = util.sizeFromShape(x.shape) / channels;
    kernels.batchNormForward(
      pointer(x),
      pointer(gamma),
      pointer(beta),
      pointer(y),
      pointer(statistics),
      rows,
      channels,
      attrs.epsilon,
      attrs.relu ? 1 : 0,
      workspace,
    );
    const heap = backend.wasm.HEAPU8;
    const rowBytes = channels * 4;
    const start = pointer(statistics);
    heap.copyWithin(pointer(mean), start, start + rowBytes);
    heap.copyWithin(pointer(variance), start + 4 * rowBytes, start + 5 * rowBytes);
    return [y, mean, variance, statistics];
  });

  registerWasmKernel<
    { dy: TensorInfo; x: TensorInfo; gamma: TensorInfo; statistics: TensorInfo },
    { relu: boolean }
  >('ParetrainBatchNormTrainingGrad', ({ inputs: { dy, x, gamma, statistics }, attrs, runtime }) => {
    const channels = x.shape.at(-1)!;
    const dx = runtime.output(x.shape);
    const dgamma = runtime.output([channels]);
    const dbeta = runtime.output([channels]);
    const { kernels, pointer } = runtime;
    const workspace = runtime.workspace(kernels.batchNormWorkspace(channels));
    kernels.batchNormBackward(
      pointer(dy),
      pointer(x),
      pointer(gamma),
      pointer(statistics),
      pointer(dx),
      pointer(dgamma),
      pointer(dbeta),
      util.sizeFromShape(x.shape) / channels,
      channels,
      attrs.relu ? 1 : 0,
      workspace,
    );
    return [dx, dgamma, dbeta];
  });

  registerWasmKernel<
    Record<'movingMean' | 'movingVariance' | 'mean' | 'variance', TensorInfo> & { bias?: TensorInfo },
    { momentum: number; varianceScale: number }
  >('ParetrainMovingStatistics', ({ inputs, attrs: { momentum, varianceScale }, runtime }) => {
    const { kernels, pointer } = runtime;
    const shape = inputs.movingMean.shape;
    const [mean, variance] = [runtime.output(shape), runtime.output(shape)];
    kernels.movingStatistics(
      pointer(inputs.movingMean),
      pointer(inputs.movingVariance),
      pointer(inputs.mean),
      pointer(inputs.variance),
      inputs.bias ? pointer(inputs.bias) : 0,
      pointer(mean),
      pointer(variance),
      shape[0]!,
      momentum,
      1 - momentum,
      varianceScale,
    );
    return [mean, variance];
  });
}
