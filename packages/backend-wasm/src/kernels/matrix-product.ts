import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel } from '../register-kernel.ts';
import { type Runtime } from '../runtime.ts';
import { finishFused, knowsActivation, type FusedAttributes, type FusedInputs } from './bias-activation.ts';
import { fillZeros, isEmpty, isFloat } from './convolution-geometry.ts';

interface ProductInputs {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
}

interface ProductAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

/** C = op(A) op(B) over batches; a batch of one is broadcast. Undefined where the shapes need more than that. */
function product(
  runtime: Runtime,
  { a, b }: ProductInputs,
  attrs: ProductAttributes,
): tf.TensorInfo | undefined {
  const { transposeA, transposeB } = attrs;
  const [aRank, bRank] = [a.shape.length, b.shape.length];
  if (aRank < 2 || bRank < 2) return undefined;
  const m = a.shape[aRank - (transposeA ? 1 : 2)]!;
  const k = a.shape[aRank - (transposeA ? 2 : 1)]!;
  const n = b.shape[bRank - (transposeB ? 2 : 1)]!;
  const inner = b.shape[bRank - (transposeB ? 1 : 2)]!;
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  const [aCount, bCount] = [tf.util.sizeFromShape(aBatch), tf.util.sizeFromShape(bBatch)];
  const sameBatch = tf.util.arraysEqual(aBatch, bBatch);
  if (k !== inner || !(sameBatch || aCount === 1 || bCount === 1)) return undefined;
  const outBatch = sameBatch ? aBatch : tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const count = tf.util.sizeFromShape(outBatch);
  const out = runtime.output([...outBatch, m, n]);
  if (isEmpty(out.shape)) return out;
  if (k === 0) return fillZeros(runtime, out);
  const { kernels } = runtime;
  // The workspace is taken before the pointers: taking it may move nothing, but a tensor's offset never changes either.
  const workspace = runtime.workspace(kernels.matrixProductWorkspace(m, n, k));
  const [aStart, bStart, cStart] = [runtime.pointer(a), runtime.pointer(b), runtime.pointer(out)];
  for (let i = 0; i < count; i++) {
    kernels.matrixProduct(
      aStart + (aCount === 1 ? 0 : i * m * k * 4),
      bStart + (bCount === 1 ? 0 : i * k * n * 4),
      cStart + i * m * n * 4,
      m,
      n,
      k,
      transposeA ? 1 : 0,
      transposeB ? 1 : 0,
      workspace,
    );
  }
  return out;
}

/** BatchMatMul and _FusedMatMul in all four transpositions; other dtypes and odd broadcasts go to the stock kernels. */
export function registerMatrixProducts(): void {
  registerWasmKernel<ProductInputs, ProductAttributes>('BatchMatMul', (call) => {
    if (!isFloat(call.inputs.a, call.inputs.b)) return call.stock();
    return product(call.runtime, call.inputs, call.attrs) ?? call.stock();
  });

  registerWasmKernel<ProductInputs & FusedInputs, ProductAttributes & FusedAttributes>(
    '_FusedMatMul',
    (call) => {
      const { a, b, bias } = call.inputs;
      const columns = b.shape.at(call.attrs.transposeB ? -2 : -1) ?? 0;
      const biasSize = bias ? tf.util.sizeFromShape(bias.shape) : 1;
      const rowBias = !bias || biasSize === 1 || (biasSize === columns && bias.shape.at(-1) === columns);
      if (!isFloat(a, b, bias) || !knowsActivation(call.attrs.activation) || !rowBias) return call.stock();
      const out = product(call.runtime, call.inputs, call.attrs);
      return out ? finishFused(call.runtime, out, call.inputs, columns, call.attrs) : call.stock();
    },
  );
}
