import * as tf from '@tensorflow/tfjs';
import { registerWebgpuKernel } from '../register-kernel.ts';
import { runElementwise } from '../shader.ts';

interface Inputs {
  readonly dy: tf.TensorInfo;
  readonly input: tf.TensorInfo;
}

interface Attributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * One pixel at a time: of every window that contains it, the gradient is the pixel's if no earlier pixel of the window is as
 * large and no later one larger.
 */
const CODE = `
  let channels = uniforms.inputShape.w;
  let channel = index % channels;
  let column = (index / channels) % uniforms.inputShape.z;
  let row = (index / channels / uniforms.inputShape.z) % uniforms.inputShape.y;
  let image = index / channels / uniforms.inputShape.z / uniforms.inputShape.y;
  let own = input[index];
  var sum = 0.0;
  // The windows that contain the pixel.
  let lastRow = min((row + uniforms.pads.x) / uniforms.steps.x, uniforms.outSize.x - 1);
  let firstRow = max(0, (row + uniforms.pads.x - uniforms.window.x + uniforms.steps.x) / uniforms.steps.x);
  let lastColumn = min((column + uniforms.pads.y) / uniforms.steps.y, uniforms.outSize.y - 1);
  let firstColumn = max(0, (column + uniforms.pads.y - uniforms.window.y + uniforms.steps.y) / uniforms.steps.y);
  for (var y = firstRow; y <= lastRow; y++) {
    for (var x = firstColumn; x <= lastColumn; x++) {
      var largest = true;
      for (var i = 0; i < uniforms.window.x; i++) {
        let otherRow = y * uniforms.steps.x - uniforms.pads.x + i;
        if (otherRow < 0 || otherRow >= uniforms.inputShape.y) { continue; }
        for (var j = 0; j < uniforms.window.y; j++) {
          let otherColumn = x * uniforms.steps.y - uniforms.pads.y + j;
          if (otherColumn < 0 || otherColumn >= uniforms.inputShape.z) { continue; }
          let other = input[((image * uniforms.inputShape.y + otherRow) * uniforms.inputShape.z + otherColumn) * channels + channel];
          let earlier = otherRow < row || (otherRow == row && otherColumn < column);
          if (other > own || (earlier && other == own)) { largest = false; }
        }
      }
      if (largest) {
        sum += dy[((image * uniforms.outSize.x + y) * uniforms.outSize.y + x) * channels + channel];
      }
    }
  }
  result[index] = sum;
`;

/** Gives the gradient of tied maxima to the first, as the `cpu` backend and PyTorch do; the stock kernel gives it to the last. */
export function registerMaxPoolGradient(): void {
  registerWebgpuKernel<Inputs, Attributes>('MaxPoolGrad', ({ inputs: { dy, input }, attrs, backend }) => {
    const { filterSize, strides, pad, dimRoundingMode } = attrs;
    const shape = input.shape as [number, number, number, number];
    const pool = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    return runElementwise(backend, {
      key: 'maxPoolGrad',
      inputs: { dy, input },
      uniforms: [
        { name: 'window', type: 'vec2<i32>', values: [pool.filterHeight, pool.filterWidth] },
        { name: 'steps', type: 'vec2<i32>', values: [pool.strideHeight, pool.strideWidth] },
        { name: 'pads', type: 'vec2<i32>', values: [pool.padInfo.top, pool.padInfo.left] },
        { name: 'outSize', type: 'vec2<i32>', values: [pool.outHeight, pool.outWidth] },
      ],
      outputShape: shape,
      code: CODE,
    });
  });
}
