import * as tf from '@tensorflow/tfjs';

/**
 * The gradients of ReLU, leaky ReLU and sigmoid that tfjs composes from two and three kernels, as one kernel where the current
 * backend has it; on every other backend the stock gradient runs.
 */
export function patchGradients(): void {
  replaceGradient('Relu', 'ParetrainReluGrad', (dy, [x]) => ({ dy, x: x! }));
  replaceGradient('LeakyRelu', 'ParetrainLeakyReluGrad', (dy, [x]) => ({ dy, x: x! }));
  replaceGradient('Sigmoid', 'ParetrainSigmoidGrad', (dy, [y]) => ({ dy, y: y! }));
}

function replaceGradient(
  kernelName: string,
  gradientKernel: string,
  inputs: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.NamedTensorMap,
): void {
  const stock = tf.getGradient(kernelName);
  if (!stock) return;
  tf.unregisterGradient(kernelName);
  tf.registerGradient({
    ...stock,
    gradFunc(dy, saved, attrs) {
      const single = dy as tf.Tensor;
      if (!tf.getKernel(gradientKernel, tf.getBackend()) || saved[0]?.dtype !== 'float32') {
        return stock.gradFunc(dy, saved, attrs);
      }
      return { x: () => tf.engine().runKernel(gradientKernel, inputs(single, saved), attrs) as tf.Tensor };
    },
  });
}
