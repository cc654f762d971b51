import * as tf from '@tensorflow/tfjs';
import { gradientEntries, type Gradients } from './optimizer-gradients.ts';

/** The state that `tf.train.sgd` and `tf.train.momentum` keep; private in their types, saved by `getWeights`. */
interface SgdState {
  learningRate: number;
  incrementIterations(): void;
}

interface MomentumState extends SgdState {
  momentum: number;
  useNesterov: boolean;
  accumulations: { originalName: string; variable: tf.Variable }[];
}

type Prototype = { applyGradients(gradients: Gradients): void };

const hasKernel = () => tf.getKernel('ParetrainSgd', tf.getBackend()) != null;

/** One pass over w, g and, with momentum, its buffer. */
function update(
  w: tf.Variable,
  g: tf.Tensor,
  learningRate: number,
  momentum: number,
  buffer?: tf.Variable,
): void {
  tf.tidy(() => {
    const inputs = { w, g, ...(buffer ? { b: buffer } : {}) };
    const outputs = tf
      .engine()
      .runKernel('ParetrainSgd', inputs, { learningRate, momentum, weightDecay: 0 }) as tf.Tensor[];
    w.assign(outputs[0]!);
    buffer?.assign(outputs[1]!);
  });
}

/**
 * Makes `tf.train.sgd` and `tf.train.momentum` (without Nesterov's variant) update each variable in one pass where the current backend
 * has the kernel, with the same state.
 */
export function patchSgdOptimizers(): void {
  const sgd = tf.SGDOptimizer.prototype as unknown as Prototype;
  const stockSgd = sgd.applyGradients;
  sgd.applyGradients = function (this: SgdState, gradients) {
    if (!hasKernel()) return stockSgd.call(this, gradients);
    for (const [name, g] of gradientEntries(gradients)) {
      if (g) update(tf.engine().registeredVariables[name]!, g, this.learningRate, 0);
    }
    this.incrementIterations();
  };

  const momentum = tf.MomentumOptimizer.prototype as unknown as Prototype;
  const stockMomentum = momentum.applyGradients;
  momentum.applyGradients = function (this: MomentumState, gradients) {
    if (this.useNesterov || !hasKernel()) return stockMomentum.call(this, gradients);
    gradientEntries(gradients).forEach(([name, g], i) => {
      const w = tf.engine().registeredVariables[name]!;
      const buffer = (this.accumulations[i] ??= {
        originalName: `${name}/momentum`,
        variable: tf.tidy(() => tf.zerosLike(w).variable(false)),
      }).variable;
      if (g) update(w, g, this.learningRate, this.momentum, buffer);
    });
    this.incrementIterations();
  };
}
