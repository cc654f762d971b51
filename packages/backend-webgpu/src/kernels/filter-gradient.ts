import * as tf from '@tensorflow/tfjs';
import { registerWebgpuKernel } from '../register-kernel.ts';
import { runElementwise, runWorkgroups } from '../shader.ts';
import type { TrainingBackend } from '../training-backend.ts';

interface Inputs {
  readonly x: tf.TensorInfo;
  readonly dy: tf.TensorInfo;
}

interface Attributes {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/** A workgroup of 8 x 8 threads computes TILE x TILE elements of the product, DEPTH terms at a time. */
const TILE = 32;
const THREADS = 8;
const DEPTH = 16;
/** As many workgroups as keep a large GPU busy; more are made by cutting long sums into parts. */
const BUSY = 256;
/** A part of a sum is worth a workgroup from this many terms. */
const SHORTEST_PART = 256;

/*
 * dw[i, j, c, o] = sum over images, rows and columns of dy of x[image, row s + i - pad, column s + j - pad, c] dy[image, row,
 * column, o]: a product of the patches, transposed, with dy. Its rows are (i, j, c), its columns o, and the sum over
 * (image, row, column) is cut into `parts`, whose results lie one behind the other.
 */
const CODE = `
  var<workgroup> pixels : array<array<f32, ${TILE}>, ${DEPTH}>;
  var<workgroup> slopes : array<array<f32, ${TILE}>, ${DEPTH}>;

  fn main() {
    let channels = uniforms.filterSize.z;
    let filters = uniforms.filterSize.w;
    let rows = uniforms.filterSize.x * uniforms.filterSize.y * channels;
    let rowBegin = i32(workgroupId.y) * ${TILE};
    let columnBegin = i32(workgroupId.x) * ${TILE};
    let part = i32(workgroupId.z);
    let begin = part * uniforms.partLength;
    let end = min(begin + uniforms.partLength, uniforms.terms);
    let thread = i32(localIndex);
    var sums : array<array<f32, 4>, 4>;
    // Barriers want a loop whose length is the same for all: a uniform's.
    for (var k = 0; k < uniforms.partLength; k += ${DEPTH}) {
      // ${(DEPTH * TILE) / THREADS ** 2} elements of either tile for each thread; neighbours in memory for neighbours.
      for (var load = thread; load < ${DEPTH * TILE}; load += ${THREADS ** 2}) {
        let depth = load / ${TILE};
        let offset = load % ${TILE};
        let term = begin + k + depth;
        let row = rowBegin + offset;
        var pixel = 0.0;
        var slope = 0.0;
        if (term < end) {
          let outColumn = term % uniforms.outSize.y;
          let outRow = (term / uniforms.outSize.y) % uniforms.outSize.x;
          let image = term / uniforms.outSize.y / uniforms.outSize.x;
          if (row < rows) {
            let y = outRow * uniforms.steps.x + row / channels / uniforms.filterSize.y - uniforms.pads.x;
            let z = outColumn * uniforms.steps.y + (row / channels) % uniforms.filterSize.y - uniforms.pads.y;
            if (y >= 0 && y < uniforms.xShape.y && z >= 0 && z < uniforms.xShape.z) {
              pixel = x[((image * uniforms.xShape.y + y) * uniforms.xShape.z + z) * channels + row % channels];
            }
          }
          if (columnBegin + offset < filters) {
            slope = dy[term * filters + columnBegin + offset];
          }
        }
        pixels[depth][offset] = pixel;
        slopes[depth][offset] = slope;
      }
      workgroupBarrier();
      for (var depth = 0; depth < ${DEPTH}; depth++) {
        for (var i = 0; i < 4; i++) {
          let pixel = pixels[depth][i32(localId.y) * 4 + i];
          for (var j = 0; j < 4; j++) {
            sums[i][j] += pixel * slopes[depth][i32(localId.x) * 4 + j];
          }
        }
      }
      workgroupBarrier();
    }
    for (var i = 0; i < 4; i++) {
      let row = rowBegin + i32(localId.y) * 4 + i;
      for (var j = 0; j < 4; j++) {
        let column = columnBegin + i32(localId.x) * 4 + j;
        if (row < rows && column < filters) {
          result[(part * rows + row) * filters + column] = sums[i][j];
        }
      }
    }
  }
`;

/** The filter's gradient as one tiled matrix product; the stock kernel sums each element alone, from global memory. */
export function registerFilterGradient(): void {
  registerWebgpuKernel<Inputs, Attributes>('Conv2DBackpropFilter', ({ inputs, attrs, backend, stock }) => {
    if (attrs.dataFormat === 'NCHW') return stock();
    return filterGradient(backend, inputs, attrs);
  });
}

function filterGradient(backend: TrainingBackend, { x, dy }: Inputs, attrs: Attributes): tf.TensorInfo {
  const { strides, pad, dimRoundingMode, filterShape } = attrs;
  const shape = x.shape as [number, number, number, number];
  const info = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
  const [height, width, channels, filters] = filterShape;
  const rows = height * width * channels;
  const terms = info.batchSize * info.outHeight * info.outWidth;
  const tiles = [Math.ceil(filters / TILE), Math.ceil(rows / TILE)] as const;
  const wanted = Math.min(Math.ceil(BUSY / (tiles[0] * tiles[1])), Math.ceil(terms / SHORTEST_PART));
  const partLength = Math.ceil(terms / Math.max(1, wanted) / DEPTH) * DEPTH;
  const parts = Math.ceil(terms / partLength);
  const sums = runWorkgroups(
    backend,
    {
      key: 'filterGradient',
      inputs: { x, dy },
      uniforms: [
        { name: 'filterSize', type: 'vec4<i32>', values: filterShape },
        { name: 'outSize', type: 'vec2<i32>', values: [info.outHeight, info.outWidth] },
        { name: 'steps', type: 'vec2<i32>', values: [info.strideHeight, info.strideWidth] },
        { name: 'pads', type: 'vec2<i32>', values: [info.padInfo.top, info.padInfo.left] },
        { name: 'terms', type: 'i32', values: [terms] },
        { name: 'partLength', type: 'i32', values: [partLength] },
      ],
      outputShape: [parts, rows * filters],
      code: CODE,
    },
    [THREADS, THREADS, 1],
    [...tiles, parts],
  );
  if (parts === 1) return { ...sums, shape: filterShape };
  const total = runElementwise(backend, {
    key: 'sumOfParts',
    inputs: { sums },
    uniforms: [{ name: 'parts', type: 'i32', values: [parts] }],
    outputShape: filterShape,
    code: `
      var sum = 0.0;
      for (var part = 0; part < uniforms.parts; part++) { sum += sums[part * uniforms.size + index]; }
      result[index] = sum;`,
  });
  backend.disposeData(sums.dataId);
  return total;
}
