import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { registerAdam } from './kernels/adam.ts';
import { registerBatchNorm } from './kernels/batch-norm.ts';
import { registerBiasActivation } from './kernels/bias-activation.ts';
import { registerConvolutions } from './kernels/convolution.ts';
import { registerCopies } from './kernels/copies.ts';
import { registerDepthwiseGradients } from './kernels/depthwise.ts';
import { registerElementwise } from './kernels/elementwise.ts';
import { registerGroupedConvolutions } from './kernels/grouped-convolution.ts';
import { registerLosses } from './kernels/losses.ts';
import { registerMaxPoolGradient } from './kernels/max-pooling.ts';
import { registerMatrixProducts } from './kernels/matrix-product.ts';
import { registerReductions } from './kernels/reductions.ts';
import { registerSgd } from './kernels/sgd.ts';
import { patchAdamOptimizer } from './patches/adam-optimizer.ts';
import { patchBatchNormalizationLayer } from './patches/batch-normalization-layer.ts';
import { patchGradients } from './patches/gradients.ts';
import { patchSgdOptimizers } from './patches/sgd-optimizers.ts';
import { attachRuntime, type WasmBackend } from './runtime.ts';

const PRIORITY = 2;
const MARK = Symbol.for('@paretrain/backend-wasm/factory');

/**
 * Wraps the stock backend's factory, so that our module is compiled while the backend starts: asynchronously, since a browser's main
 * thread may not compile large modules synchronously. A backend that already runs is left alone and bound on its first kernel.
 */
function wrapFactory(): void {
  const stock = tf.findBackendFactory('wasm') as (() => Promise<tf.KernelBackend>) & { [MARK]?: true };
  if (stock[MARK] || tf.engine().registry['wasm']) return;
  tf.removeBackend('wasm');
  const factory = async () => {
    // Our kernels use one thread and cannot import a shared memory, so the threaded build of tfjs gains nothing here.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    const backend = await stock();
    await attachRuntime(backend as WasmBackend);
    return backend;
  };
  tf.registerBackend('wasm', Object.assign(factory, { [MARK]: true as const }), PRIORITY);
}

registerMatrixProducts();
registerConvolutions();
registerDepthwiseGradients();
registerGroupedConvolutions();
registerMaxPoolGradient();
registerReductions();
registerElementwise();
registerCopies();
registerBiasActivation();
registerBatchNorm();
registerLosses();
registerAdam();
registerSgd();
patchGradients();
patchBatchNormalizationLayer();
patchAdamOptimizer();
patchSgdOptimizers();
wrapFactory();
