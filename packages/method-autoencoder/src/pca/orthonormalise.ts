import * as tf from '@tensorflow/tfjs';
import { symmetricEigen } from './symmetric-eigen.ts';

/** At most; the first ones leave what single precision cannot tell from rounding. */
const PASSES = 4;
/** A smallest eigenvalue from which on a pass makes the columns orthonormal up to rounding, as a share of the largest. */
const WELL_CONDITIONED = 1e-2;
/** Smallest eigenvalue of the Gram matrix that is not rounding, as a share of the largest. */
const SMALLEST = 1e-6;

/**
 * Orthonormal columns that span what those of [size, count] span, by eigendecompositions of their Gram matrix (SVQB, Stathopoulos and Wu
 * 2002): all the work on the tall matrix is products. Well-conditioned columns stay where they are as nearly as orthonormal ones can
 * (Löwdin 1950), so that directions told apart stay apart; where columns depend on one another, some of the result's are arbitrary.
 */
export function orthonormalise(columns: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    let basis = columns;
    for (let pass = 1; pass <= PASSES; pass++) {
      const lengths = tf.maximum(tf.norm(basis, 2, 0, true), 1e-30);
      basis = tf.div(basis, lengths);
      const { values, vectors } = symmetricEigen(tf.matMul(basis, basis, true));
      const scales = values.map((value) => 1 / Math.sqrt(Math.max(value, SMALLEST * values[0]!)));
      const scaled: tf.Tensor2D = tf.matMul(basis, tf.mul(vectors, tf.tensor1d(Float32Array.from(scales))));
      if (values.at(-1)! > WELL_CONDITIONED * values[0]!) return tf.matMul(scaled, vectors, false, true);
      basis = scaled;
    }
    return basis;
  });
}
