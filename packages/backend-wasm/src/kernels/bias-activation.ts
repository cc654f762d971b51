import { getKernel, type TensorInfo, util } from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { type Runtime } from '../runtime.ts';

/** Optional inputs of tfjs's fused kernels. */
export interface FusedInputs {
  bias?: TensorInfo;
  preluActivationWeights?: TensorInfo;
}

/** Attributes of tfjs's fused kernels. */
export interface FusedAttributes {
  activation?: string;
  leakyreluAlpha?: number;
}

/** Activations that are done in the bias's pass, and their codes in `assembly/activations.ts`. */
const IN_ONE_PASS: Record<string, number> = { linear: 0, relu: 1, relu6: 2, sigmoid: 3 };
/** The others: the kernel that does them. */
const SEPARATE: Record<string, string> = { elu: 'Elu', prelu: 'Prelu', leakyrelu: 'LeakyRelu' };

/** Whether finishFused can do an activation. */
export function knowsActivation(name = 'linear'): boolean {
  return name in IN_ONE_PASS || name in SEPARATE;
}

/** activation(y + bias) for a tensor that the calling kernel has just made; y is consumed. */
export function finishFused(
  runtime: Runtime,
  y: TensorInfo,
  inputs: FusedInputs,
  channels: number,
  attrs: FusedAttributes,
): TensorInfo {
  const activation = attrs.activation ?? 'linear';
  addBiasInPlace(runtime, y, inputs.bias, channels, IN_ONE_PASS[activation] ?? 0);
  const separate = SEPARATE[activation];
  if (!separate) return y;
  const result = getKernel(separate, 'wasm').kernelFunc({
    inputs: activation === 'prelu' ? { x: y, alpha: inputs.preluActivationWeights! } : { x: y },
    attrs: { alpha: attrs.leakyreluAlpha ?? 0.2 },
    backend: runtime.backend,
  });
  runtime.backend.disposeData(y.dataId);
  return result as TensorInfo;
}

/** y = activation(y + bias), in place on a tensor that the calling kernel has just made. */
function addBiasInPlace(
  runtime: Runtime,
  y: TensorInfo,
  bias: TensorInfo | undefined,
  channels: number,
  activation: number,
): TensorInfo {
  const count = util.sizeFromShape(y.shape);
  if (count === 0 || (!bias && activation === 0)) return y;
  const { kernels } = runtime;
  const patternBytes = kernels.biasActivationWorkspace(channels);
  const workspace = runtime.workspace(patternBytes + channels * 4);
  const values = workspace + patternBytes;
  const heap = runtime.backend.wasm.HEAPU8;
  if (!bias) heap.fill(0, values, values + channels * 4);
  else if (util.sizeFromShape(bias.shape) === 1) {
    // A scalar bias is broadcast over the channels.
    const scalar = runtime.pointer(bias);
    for (let c = 0; c < channels; c++) heap.copyWithin(values + c * 4, scalar, scalar + 4);
  }
  const scalarOrNone = !bias || util.sizeFromShape(bias.shape) === 1;
  const pointer = runtime.pointer(y);
  kernels.biasActivation(
    pointer,
    scalarOrNone ? values : runtime.pointer(bias),
    pointer,
    count,
    channels,
    activation,
    workspace,
  );
  return y;
}

/** `ParetrainBiasActivation`: y = activation(x + bias), bias [channels] over the last axis of x. */
export function registerBiasActivation(): void {
  registerWasmKernel<{ x: TensorInfo; bias: TensorInfo }, { activation: string }>(
    'ParetrainBiasActivation',
    ({ inputs: { x, bias }, attrs, runtime }) => {
      const y = runtime.output(x.shape);
      const channels = x.shape.at(-1) ?? 1;
      const count = util.sizeFromShape(x.shape);
      if (count === 0) return y;
      const workspace = runtime.workspace(runtime.kernels.biasActivationWorkspace(channels));
      runtime.kernels.biasActivation(
        runtime.pointer(x),
        runtime.pointer(bias),
        runtime.pointer(y),
        count,
        channels,
        IN_ONE_PASS[attrs.activation] ?? 0,
        workspace,
      );
      return y;
    },
  );
}
