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

/** Vectors of four in a row of a tile. */
const QUADS = TILE / 4;

/*
 * dw[i, j, c, o] = sum over images, rows and columns of dy of x[image, row s + i - pad, column s + j - pad, c] dy[image, row,
 * column, o]: a product of the patches, transposed, with dy. Its rows are (i, j, c), its columns o, and the sum over
 * (image, row, column) is cut into `parts`, whose results lie one behind the other.
 */
const CODE = `
  var<workgroup> pixels : array<array<vec4<f32>, ${QUADS}>, ${DEPTH}>;
  var<workgroup> slopes : array<array<vec4<f32>, ${QUADS}>, ${DEPTH}>;

  // The pixel that weight (i, j, c), number row, meets at an output.
  fn pixelAt(image : i32, outRow : i32, outColumn : i32, row : i32, rows : i32) -> f32 {
    let channels = uniforms.filterSize.z;
    let y = outRow * uniforms.steps.x + row / channels / uniforms.filterSize.y - uniforms.pads.x;
    let z = outColumn * uniforms.steps.y + (row / channels) % uniforms.filterSize.y - uniforms.pads.y;
    if (row >= rows || y < 0 || y >= uniforms.xShape.y || z < 0 || z >= uniforms.xShape.z) { return 0.0; }
    return x[((image * uniforms.xShape.y + y) * uniforms.xShape.z + z) * channels + row % channels];
  }

  fn slopeAt(term : i32, column : i32) -> f32 {
    if (column >= uniforms.filterSize.w) { return 0.0; }
    return dy[term * uniforms.filterSize.w + column];
  }

  fn store(row : i32, rows : i32, column : i32, sums : vec4<f32>) {
    for (var j = 0; j < 4; j++) {
      if (row < rows && column + j < uniforms.filterSize.w) {
        result[(i32(workgroupId.z) * rows + row) * uniforms.filterSize.w + column + j] = sums[j];
      }
    }
  }

  fn main() {
    let rows = uniforms.filterSize.x * uniforms.filterSize.y * uniforms.filterSize.z;
    let rowBegin = i32(workgroupId.y) * ${TILE};
    let columnBegin = i32(workgroupId.x) * ${TILE};
    let begin = i32(workgroupId.z) * uniforms.partLength;
    let end = min(begin + uniforms.partLength, uniforms.terms);
    var sums0 = vec4<f32>(0.0);
    var sums1 = vec4<f32>(0.0);
    var sums2 = vec4<f32>(0.0);
    var sums3 = vec4<f32>(0.0);
    // Barriers want a loop whose length is the same for all: a uniform's.
    for (var k = 0; k < uniforms.partLength; k += ${DEPTH}) {
      let depths = min(${DEPTH}, end - begin - k);
      for (var load = i32(localIndex); load < depths * ${QUADS}; load += ${THREADS ** 2}) {
        let depth = load / ${QUADS};
        let quad = load % ${QUADS};
        let term = begin + k + depth;
        let outColumn = term % uniforms.outSize.y;
        let outRow = (term / uniforms.outSize.y) % uniforms.outSize.x;
        let image = term / uniforms.outSize.y / uniforms.outSize.x;
        let row = rowBegin + quad * 4;
        let column = columnBegin + quad * 4;
        pixels[depth][quad] = vec4<f32>(
          pixelAt(image, outRow, outColumn, row, rows),
          pixelAt(image, outRow, outColumn, row + 1, rows),
          pixelAt(image, outRow, outColumn, row + 2, rows),
          pixelAt(image, outRow, outColumn, row + 3, rows));
        slopes[depth][quad] =
          vec4<f32>(slopeAt(term, column), slopeAt(term, column + 1), slopeAt(term, column + 2), slopeAt(term, column + 3));
      }
      workgroupBarrier();
      for (var depth = 0; depth < depths; depth++) {
        let pixel = pixels[depth][localId.y];
        let slope = slopes[depth][localId.x];
        sums0 += pixel.x * slope;
        sums1 += pixel.y * slope;
        sums2 += pixel.z * slope;
        sums3 += pixel.w * slope;
      }
      workgroupBarrier();
    }
    let row = rowBegin + i32(localId.y) * 4;
    let column = columnBegin + i32(localId.x) * 4;
    store(row, rows, column, sums0);
    store(row + 1, rows, column, sums1);
    store(row + 2, rows, column, sums2);
    store(row + 3, rows, column, sums3);
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
