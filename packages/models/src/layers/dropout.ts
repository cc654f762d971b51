import { ConfigurationError } from '@paretrain/core';
import * as tf from '@tensorflow/tfjs';
import { StockDropout, onlyTensor, type CallArguments, type DropoutArguments } from './stock.ts';

/** Random bits that decide one value. */
const BITS = 16;

/**
 * `tf.layers.dropout` that draws from a stream the caller passes: `model.apply(x, { training: true, rng })`. The layer keeps no
 * state, so a run whose streams are restored goes on with the same numbers; tfjs's own draws from one that cannot be stored.
 *
 * A value becomes 0 with the layer's rate (to 1 / 65,536) and is scaled up otherwise, so that its expectation stays. In
 * evaluation mode it is the stock layer, which does nothing.
 *
 * @throws {ConfigurationError} in training mode without `rng`
 */
export class Dropout extends StockDropout {
  readonly #rate: number;

  constructor(args: DropoutArguments) {
    super(args);
    this.#rate = args.rate;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: CallArguments): tf.Tensor | tf.Tensor[] {
    if (!kwargs.training) return super.call(inputs, kwargs);
    const { rng } = kwargs;
    if (!rng) {
      throw new ConfigurationError(
        `${this.name}: rng: received none in training mode, valid: a stream, as in model.apply(x, { training: true, rng })`,
      );
    }
    const x = onlyTensor(inputs);
    return tf.tidy(() => tf.mul(x, tf.tensor(dropoutMask(rng, x.size, this.#rate), x.shape)));
  }
}

/** `count` factors: 0 with probability `rate`, else 1 / (1 - rate). Each draw decides two, its low half the first. */
function dropoutMask(rng: NonNullable<CallArguments['rng']>, count: number, rate: number): Float32Array {
  const threshold = Math.round(rate * 2 ** BITS);
  const scale = 1 / (1 - threshold / 2 ** BITS);
  const mask = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const bits = rng.nextUint32();
    if ((bits & 0xffff) >= threshold) mask[i] = scale;
    // Past the end of an odd count the write has no effect.
    if (bits >>> BITS >= threshold) mask[i + 1] = scale;
  }
  return mask;
}
