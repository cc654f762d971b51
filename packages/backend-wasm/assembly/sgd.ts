/**
 * Stochastic gradient descent with momentum and weight decay, as PyTorch's, in one pass:
 *   b = momentum b + (g + decay w);  w -= rate b
 * With `buffer` 0 there is no momentum and b = g + decay w. Outputs may be the inputs. Bound by memory.
 */
import { multiplyAdd } from './simd';

export function sgd(
  w: usize,
  g: usize,
  buffer: usize,
  wOut: usize,
  bufferOut: usize,
  count: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
): void {
  let decays = f32x4.splat(decay);
  let momenta = f32x4.splat(momentum);
  let minusRates = f32x4.splat(-rate);
  let offset: usize = 0;
  let end: usize = (count & ~3) << 2;
  for (; offset < end; offset += 16) {
    let weight = v128.load(w + offset);
    let change = multiplyAdd(weight, decays, v128.load(g + offset));
    if (buffer != 0) {
      change = multiplyAdd(v128.load(buffer + offset), momenta, change);
      v128.store(bufferOut + offset, change);
    }
    v128.store(wOut + offset, multiplyAdd(change, minusRates, weight));
  }
  for (let i = count & 3; i > 0; i--) {
    let weight = load<f32>(w + offset);
    let change = load<f32>(g + offset) + decay * weight;
    if (buffer != 0) {
      change += momentum * load<f32>(buffer + offset);
      store<f32>(bufferOut + offset, change);
    }
    store<f32>(wOut + offset, weight - rate * change);
    offset += 4;
  }
}
