import { util, type TensorInfo } from '@tensorflow/tfjs';
import { type Runtime } from '../runtime.ts';

/**
 * An output for the updated values of `tensor`: the tensor itself, with one reference more, where nothing else refers to its memory;
 * else a new tensor, so that clones and snapshots keep their values.
 */
export function reuse(runtime: Runtime, tensor: TensorInfo): TensorInfo {
  const { backend } = runtime;
  if (backend.refCount(tensor.dataId) > 1) return runtime.output(tensor.shape);
  backend.incRef(tensor.dataId);
  // Stock kernels (depthwise convolution, PReLU) keep packed copies of weights by tensor id: forget them.
  const { id, memoryOffset } = backend.dataIdMap.get(tensor.dataId);
  backend.wasm.tfjs.disposeData(id);
  backend.wasm.tfjs.registerTensor(id, util.sizeFromShape(tensor.shape), memoryOffset);
  return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
}
