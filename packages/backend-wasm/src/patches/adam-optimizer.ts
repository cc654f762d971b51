import * as tf from '@tensorflow/tfjs';
import { gradientEntries, type Gradients } from './optimizer-gradients.ts';

/** The state that `tf.train.adam` keeps; private in its types, stable since tfjs 1.0 because `getWeights` saves it. */
interface AdamState {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: tf.Variable;
  accBeta2: tf.Variable;
  accumulatedFirstMoment: { originalName: string; variable: tf.Variable }[];
  accumulatedSecondMoment: { originalName: string; variable: tf.Variable }[];
  incrementIterations(): void;
}

/** Makes `tf.train.adam` update each variable in one pass where the current backend has the kernel, with the same state. */
export function patchAdamOptimizer(): void {
  const prototype = tf.AdamOptimizer.prototype as unknown as { applyGradients(gradients: Gradients): void };
  const stock = prototype.applyGradients;
  prototype.applyGradients = function (this: AdamState, gradients) {
    if (!tf.getKernel('ParetrainAdam', tf.getBackend())) return stock.call(this, gradients);
    tf.tidy(() => {
      // The accumulators hold beta^t for the update to come, as in the stock optimiser.
      const beta1Power = this.accBeta1.dataSync()[0]!;
      const beta2Power = this.accBeta2.dataSync()[0]!;
      gradientEntries(gradients).forEach(([name, g], i) => {
        const w = tf.engine().registeredVariables[name]!;
        const moment = (list: AdamState['accumulatedFirstMoment'], suffix: string) =>
          (list[i] ??= { originalName: `${name}/${suffix}`, variable: tf.zerosLike(w).variable(false) })
            .variable;
        const m = moment(this.accumulatedFirstMoment, 'm');
        const v = moment(this.accumulatedSecondMoment, 'v');
        if (!g) return;
        const { learningRate, beta1, beta2, epsilon } = this;
        const [newW, newM, newV] = tf
          .engine()
          .runKernel(
            'ParetrainAdam',
            { w, g, m, v },
            { learningRate, beta1, beta2, epsilon, beta1Power, beta2Power },
          ) as tf.Tensor[];
        w.assign(newW!);
        m.assign(newM!);
        v.assign(newV!);
      });
      this.accBeta1.assign(tf.mul(this.accBeta1, this.beta1));
      this.accBeta2.assign(tf.mul(this.accBeta2, this.beta2));
    });
    this.incrementIterations();
  };
}
