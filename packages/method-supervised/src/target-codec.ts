import { ShapeError, targetSize, type TargetDescription } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';

/** How targets become what a network with linear outputs regresses, and back. */
export interface TargetCodec {
  /** Outputs of the network: the number of classes, or of coordinates. */
  readonly outputSize: number;
  /** Targets [batch, targetSize] as the data set gives them, to [batch, outputSize]. */
  encode(targets: tf.Tensor2D): tf.Tensor2D;
  /** Outputs [batch, outputSize] to positions in the target's unit, or class scores as they are. */
  decode(outputs: tf.Tensor2D): tf.Tensor2D;
}

/**
 * Classes become one-hot rows, positions (target - offset) / scale, which lies around [-1, 1].
 * @param method name, for errors
 */
export function targetCodec(method: string, target: TargetDescription): TargetCodec {
  const size = targetSize(target);
  const check = (targets: tf.Tensor2D): void => {
    if (targets.rank === 2 && targets.shape[1] === size) return;
    throw new ShapeError(`method '${method}': targets`, targets.shape, `[batch, ${size}]`);
  };
  if (target.kind === 'class') {
    const classes = target.classes.length;
    return {
      outputSize: classes,
      encode(targets) {
        check(targets);
        return tf.tidy(
          () => tf.oneHot(tf.cast(tf.reshape(targets, [-1]), 'int32'), classes).toFloat() as tf.Tensor2D,
        );
      },
      decode: (outputs) => outputs,
    };
  }
  return {
    outputSize: size,
    encode(targets) {
      check(targets);
      return tf.tidy(() => tf.div(tf.sub(targets, [...target.offset]), [...target.scale]));
    },
    decode: (outputs) => tf.add(tf.mul(outputs, [...target.scale]), [...target.offset]),
  };
}
