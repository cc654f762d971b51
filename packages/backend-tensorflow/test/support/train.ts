import { Rng, createOptimizer } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** Every weight of a small convolutional network after four steps of Adam, on the current backend. */
export function train(): Float32Array {
  const rng = Rng.stream(0, 'training');
  const normal = (shape: [number, number, number, number]) =>
    tf.tensor4d(rng.normalArray(tf.util.sizeFromShape(shape), 0, 0.1), shape);
  const images = normal([16, 32, 32, 3]);
  const initial = [normal([4, 4, 3, 16]), normal([4, 4, 16, 32])];
  const [first, second] = initial.map((weight) => tf.variable(weight)) as [tf.Variable, tf.Variable];
  const settings = { name: 'adam', learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  const optimizer = createOptimizer(settings, [first, second]);
  for (let step = 0; step < 4; step++) {
    const { value, grads } = tf.variableGrads(() => {
      const hidden = tf.relu(tf.conv2d(images, first as tf.Variable<tf.Rank.R4>, 2, 'same'));
      const output = tf.conv2d(hidden, second as tf.Variable<tf.Rank.R4>, 2, 'same');
      return tf.mean(tf.square(tf.sub(output, 1))).asScalar();
    }, [first, second]);
    optimizer.step([grads[first.name]!, grads[second.name]!]);
    tf.dispose([value, grads]);
  }
  const weights = Float32Array.from([...first.dataSync(), ...second.dataSync()]);
  optimizer.dispose();
  tf.dispose([images, ...initial, first, second]);
  return weights;
}
