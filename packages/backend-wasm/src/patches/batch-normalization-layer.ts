import * as tf from '@tensorflow/tfjs';

type Call = (inputs: tf.Tensor | tf.Tensor[], kwargs: Record<string, unknown>) => tf.Tensor | tf.Tensor[];

/** What `tf.layers.batchNormalization` keeps on its instances. */
interface BatchNormalizationLayer {
  axis: number;
  momentum: number;
  epsilon: number;
  gamma: tf.LayerVariable | null;
  beta: tf.LayerVariable | null;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

/** y, mean and variance of training-mode batch normalisation by the fused kernels. */
function normalise(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number) {
  let mean: tf.Tensor | undefined;
  let variance: tf.Tensor | undefined;
  const op = tf.customGrad((...args: unknown[]) => {
    const [x, gamma, beta, save] = args as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const outputs = tf
      .engine()
      .runKernel('ParetrainBatchNormTraining', { x, gamma, beta }, { epsilon, relu: false });
    const [y, batchMean, batchVariance, statistics] = outputs as tf.Tensor[];
    // Kept, because tfjs disposes of everything that an operation makes and does not return.
    mean = tf.keep(batchMean!);
    variance = tf.keep(batchVariance!);
    save([x, gamma, statistics!]);
    return {
      value: y!,
      gradFunc: (dy: tf.Tensor | tf.Tensor[], [x, gamma, statistics]: tf.Tensor[]) =>
        tf
          .engine()
          .runKernel(
            'ParetrainBatchNormTrainingGrad',
            { dy: dy as tf.Tensor, x: x!, gamma: gamma!, statistics: statistics! },
            { relu: false },
          ) as tf.Tensor[],
    };
  });
  const y = op(x, gamma, beta);
  return { y, mean: mean!, variance: variance! };
}

/**
 * `tf.layers.batchNormalization` in training mode runs two moment reductions and a gradient of some twenty kernels; with this it
 * runs one kernel each way where the current backend has them. Other cases (inference, another axis, no gamma or beta, other backends)
 * take the stock path. Moving averages are updated as the stock layer does.
 */
export function patchBatchNormalizationLayer(): void {
  const layer = tf.layers.batchNormalization({});
  const prototype = Object.getPrototypeOf(layer) as { call: Call };
  const stock = prototype.call;
  prototype.call = function (this: BatchNormalizationLayer, inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0]! : inputs;
    const lastAxis = this.axis === -1 || this.axis === x.rank - 1;
    const { gamma, beta } = this;
    if (
      kwargs?.['training'] !== true ||
      !lastAxis ||
      !gamma ||
      !beta ||
      x.dtype !== 'float32' ||
      x.size === 0 ||
      !tf.getKernel('ParetrainBatchNormTraining', tf.getBackend())
    ) {
      return stock.call(this, inputs, kwargs);
    }
    return tf.tidy(() => {
      const { y, mean, variance } = normalise(x, gamma.read(), beta.read(), this.epsilon);
      const update = (moving: tf.LayerVariable, batch: tf.Tensor) =>
        tf.tidy(() => {
          const rest = 1 - this.momentum;
          const old = moving.read();
          moving.write(tf.sub(old, tf.mul(tf.sub(old, batch), rest)));
        });
      update(this.movingMean, mean);
      update(this.movingVariance, variance);
      tf.dispose([mean, variance]);
      return y;
    });
  } as Call;
}
