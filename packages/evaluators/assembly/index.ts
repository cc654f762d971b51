/**
 * Training of a multi-layer perceptron with mean squared error and Adam, an epoch per call. The host lays out memory and
 * describes the network in a table of 32-bit integers (src/mlp/memory-layout.ts); all sizes are padded to 8 there, and
 * padded weights stay zero because their gradients are.
 */
import { sigmoid, sigmoidGradient, softmax, softmaxGradient } from './functions';
import { LEAKY, LEAKY_GRADIENT, STORE, multiply } from './matrix';

// Offsets in the table, in bytes.
const LAYERS = 0;
const INPUT_SIZE = 4;
const OUTPUTS = 8;
const PARAMETERS = 12;
const PARAMETER_COUNT = 16;
const GRADIENTS = 20;
const MOMENTS = 24;
const SQUARES = 28;
const BATCH_INPUTS = 32;
const BATCH_TARGETS = 36;
const PANEL = 40;
const ACTIVATION = 44;
const OUTPUT = 48;
const FIRST_LAYER = 64;
// Offsets in one layer's entry.
const LAYER_BYTES = 32;
const IN = 0;
const OUT = 4;
const WEIGHTS = 8;
const BIASES = 12;
const ACTIVATIONS = 16;
const DELTAS = 20;
const SIZE = 24;
// Values of ACTIVATION (0 is leaky ReLU, whose slope is an argument) and of OUTPUT (0 is none).
const SIGMOID = 1;
const SOFTMAX = 1;

// @ts-ignore: decorator
@inline function field(at: usize, offset: usize): usize {
  return load<u32>(at + offset);
}

// @ts-ignore: decorator
@inline function roundUp4(n: i32): i32 {
  return (n + 3) & ~3;
}

/** Activations of every layer for `rows` rows at `inputs`, whose buffer is padded to 4 rows. */
function forward(table: usize, inputs: usize, rows: i32, slope: f32): usize {
  let layers = <i32>field(table, LAYERS);
  let parameters = field(table, PARAMETERS);
  let isSigmoid = field(table, ACTIVATION) == SIGMOID;
  let x = inputs;
  for (let l = 0; l < layers; l++) {
    let layer = table + FIRST_LAYER + l * LAYER_BYTES;
    let inSize = field(layer, IN);
    let outSize = field(layer, OUT);
    let size = <i32>field(layer, SIZE);
    let y = field(layer, ACTIVATIONS);
    let isLast = l + 1 == layers;
    multiply(
      y, outSize << 2,
      x, inSize << 2, 4,
      parameters + field(layer, WEIGHTS), outSize << 2, 4,
      roundUp4(rows), <i32>outSize, <i32>inSize,
      parameters + field(layer, BIASES), isLast || isSigmoid ? STORE : LEAKY, 0, slope, field(table, PANEL),
    );
    if (!isLast && isSigmoid) sigmoid(y, rows, size, <i32>outSize);
    if (isLast && field(table, OUTPUT) == SOFTMAX) softmax(y, rows, size, <i32>outSize);
    x = y;
  }
  return x;
}

/**
 * Sum of squared errors of `rows` rows; with `deltas` also its gradient times `scale`, zero in padding.
 * Rows of `outputs` and `targets` are `width` floats apart.
 */
function squaredError(
  outputs: usize, targets: usize, deltas: usize, rows: i32, size: i32, width: i32, scale: f32,
): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    let at = <usize>(i * width) << 2;
    for (let j = 0; j < size; j++) {
      let difference = load<f32>(outputs + at + (j << 2)) - load<f32>(targets + at + (j << 2));
      sum += <f64>difference * <f64>difference;
      if (deltas) store<f32>(deltas + at + (j << 2), difference * scale);
    }
    if (deltas) {
      for (let j = size; j < width; j++) store<f32>(deltas + at + (j << 2), 0);
    }
  }
  if (deltas) memory.fill(deltas + (<usize>(rows * width) << 2), 0, <usize>((roundUp4(rows) - rows) * width) << 2);
  return sum;
}

/** Gradients of every weight and bias from the last layer's deltas, which are those by its outputs. */
function backward(table: usize, inputs: usize, rows: i32, slope: f32): void {
  let layers = <i32>field(table, LAYERS);
  let parameters = field(table, PARAMETERS);
  let gradients = field(table, GRADIENTS);
  let panel = field(table, PANEL);
  let isSigmoid = field(table, ACTIVATION) == SIGMOID;
  if (field(table, OUTPUT) == SOFTMAX) {
    let last = table + FIRST_LAYER + (layers - 1) * LAYER_BYTES;
    softmaxGradient(
      field(last, DELTAS), field(last, ACTIVATIONS), rows, <i32>field(last, SIZE), <i32>field(last, OUT),
    );
  }
  for (let l = layers - 1; l >= 0; l--) {
    let layer = table + FIRST_LAYER + l * LAYER_BYTES;
    let inSize = field(layer, IN);
    let outSize = field(layer, OUT);
    let deltas = field(layer, DELTAS);
    let below = layer - LAYER_BYTES;
    let x = l == 0 ? inputs : field(below, ACTIVATIONS);
    multiply(
      gradients + field(layer, WEIGHTS), outSize << 2,
      x, 4, inSize << 2,
      deltas, outSize << 2, 4,
      <i32>inSize, <i32>outSize, rows,
      0, STORE, 0, slope, panel,
    );
    let biases = gradients + field(layer, BIASES);
    for (let j: usize = 0; j < outSize << 2; j += 16) {
      let sum = f32x4.splat(0);
      let from = deltas + j;
      for (let i = 0; i < rows; i++) {
        sum = f32x4.add(sum, v128.load(from));
        from += outSize << 2;
      }
      v128.store(biases + j, sum);
    }
    if (l > 0) {
      multiply(
        field(below, DELTAS), inSize << 2,
        deltas, outSize << 2, 4,
        parameters + field(layer, WEIGHTS), 4, outSize << 2,
        roundUp4(rows), <i32>inSize, <i32>outSize,
        0, isSigmoid ? STORE : LEAKY_GRADIENT, x, slope, panel,
      );
      if (isSigmoid) sigmoidGradient(field(below, DELTAS), x, rows, <i32>inSize);
    }
  }
}

/** Adam as PyTorch computes it: p -= (lr / (1 - b1^t)) m / (sqrt(v) / sqrt(1 - b2^t) + eps). */
function adam(table: usize, step: f64, rate: f64, beta1: f64, beta2: f64, epsilon: f64): void {
  let count = field(table, PARAMETER_COUNT) << 2;
  let parameters = field(table, PARAMETERS);
  let gradients = field(table, GRADIENTS);
  let moments = field(table, MOMENTS);
  let squares = field(table, SQUARES);
  let stepSize = f32x4.splat(<f32>(rate / (1 - Math.pow(beta1, step))));
  let correction = f32x4.splat(<f32>Math.sqrt(1 - Math.pow(beta2, step)));
  let keep1 = f32x4.splat(<f32>beta1);
  let take1 = f32x4.splat(<f32>(1 - beta1));
  let keep2 = f32x4.splat(<f32>beta2);
  let take2 = f32x4.splat(<f32>(1 - beta2));
  let tiny = f32x4.splat(<f32>epsilon);
  for (let i: usize = 0; i < count; i += 16) {
    let g = v128.load(gradients + i);
    let m = f32x4.add(f32x4.mul(keep1, v128.load(moments + i)), f32x4.mul(take1, g));
    let v = f32x4.add(f32x4.mul(keep2, v128.load(squares + i)), f32x4.mul(take2, f32x4.mul(g, g)));
    v128.store(moments + i, m);
    v128.store(squares + i, v);
    let divisor = f32x4.add(f32x4.div(f32x4.sqrt(v), correction), tiny);
    v128.store(parameters + i, f32x4.sub(v128.load(parameters + i), f32x4.div(f32x4.mul(stepSize, m), divisor)));
  }
}

/**
 * One pass over the rows named in `order` (32-bit indices), an Adam step per batch, the last batch as long as it is.
 * @returns mean over the pass of the loss before each step (mean over rows and outputs)
 */
export function trainEpoch(
  table: usize, inputs: usize, targets: usize, order: usize, count: i32, batchSize: i32,
  firstStep: f64, slope: f32, rate: f64, beta1: f64, beta2: f64, epsilon: f64,
): f64 {
  let inputBytes = field(table, INPUT_SIZE) << 2;
  let outputs = <i32>field(table, OUTPUTS);
  let layers = <i32>field(table, LAYERS);
  let lastLayer = table + FIRST_LAYER + (layers - 1) * LAYER_BYTES;
  let width = <i32>field(lastLayer, OUT);
  let targetBytes = <usize>width << 2;
  let batchInputs = field(table, BATCH_INPUTS);
  let batchTargets = field(table, BATCH_TARGETS);
  let step = firstStep;
  let sum: f64 = 0;
  for (let start = 0; start < count; start += batchSize) {
    let rows = min(batchSize, count - start);
    for (let i = 0; i < rows; i++) {
      let row = <usize>load<u32>(order + (<usize>(start + i) << 2));
      memory.copy(batchInputs + i * inputBytes, inputs + row * inputBytes, inputBytes);
      memory.copy(batchTargets + i * targetBytes, targets + row * targetBytes, targetBytes);
    }
    let predicted = forward(table, batchInputs, rows, slope);
    let scale = <f32>(2.0 / (<f64>rows * <f64>outputs));
    sum += squaredError(predicted, batchTargets, field(lastLayer, DELTAS), rows, outputs, width, scale);
    backward(table, batchInputs, rows, slope);
    adam(table, step, rate, beta1, beta2, epsilon);
    step += 1;
  }
  return sum / (<f64>count * <f64>outputs);
}

/** Mean squared error of `count` rows in their order; also writes their outputs at `predictions` unless that is 0. */
export function evaluate(
  table: usize, inputs: usize, targets: usize, predictions: usize, count: i32, batchSize: i32, slope: f32,
): f64 {
  let inputBytes = field(table, INPUT_SIZE) << 2;
  let outputs = <i32>field(table, OUTPUTS);
  let lastLayer = table + FIRST_LAYER + (<i32>field(table, LAYERS) - 1) * LAYER_BYTES;
  let width = <i32>field(lastLayer, OUT);
  let targetBytes = <usize>width << 2;
  let batchInputs = field(table, BATCH_INPUTS);
  let sum: f64 = 0;
  for (let start = 0; start < count; start += batchSize) {
    let rows = min(batchSize, count - start);
    memory.copy(batchInputs, inputs + start * inputBytes, rows * inputBytes);
    let predicted = forward(table, batchInputs, rows, slope);
    if (targets) sum += squaredError(predicted, targets + start * targetBytes, 0, rows, outputs, width, 0);
    if (predictions) memory.copy(predictions + start * targetBytes, predicted, rows * targetBytes);
  }
  return sum / (<f64>count * <f64>outputs);
}
