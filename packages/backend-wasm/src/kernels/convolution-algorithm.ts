import { type backend_util } from '@tensorflow/tfjs';

/** What is computed: the output, the gradient of the input (also the transposed convolution) or that of the filter. */
export type Direction = 'forward' | 'input-gradient' | 'filter-gradient';

type Info = backend_util.Conv2DInfo;

/** The Winograd filters F(m, r) that `scripts/winograd-transforms.mjs` writes: outputs m of a tile by taps r of the stride-1 filter. */
const TILES: Readonly<Record<number, readonly number[]>> = { 2: [2, 3, 5], 3: [2, 4, 5], 5: [2, 3] };

/**
 * Nanoseconds of the parts, fitted to `bench/convolution.ts` on the machine of docs/performance.md. Only their ratios matter: they
 * decide between algorithms.
 */
const NANOSECONDS = {
  /** A multiply-add of the direct product; over fewer than 8 channels, whose short runs are slow to gather and slower to add to. */
  directProduct: 2 / 48,
  directProductOfFew: { forward: 2 / 36, 'input-gradient': 2 / 25, 'filter-gradient': 2 / 36 },
  /** One of the products between the transforms. */
  pointProduct: 2 / 50,
  /** A transformed value of the tiles that go in and that come out; of the filter. */
  input: 0.8,
  output: 0.45,
  filter: 0.9,
  /** A value of an image that is copied. */
  copied: 0.3,
} as const;

/**
 * The tile of the Winograd algorithm that should compute a convolution, as outputs a side; 0 where the direct product is faster or
 * Winograd's does not apply: unequal strides or filter sides, dilation, filters that are no multiple of 4.
 */
export function winogradTile(info: Info, direction: Direction): number {
  let best = 0;
  let least = directNanoseconds(info, direction);
  for (const tile of winogradTiles(info)) {
    const time = winogradNanoseconds(info, direction, tile);
    if (time < least) [best, least] = [tile, time];
  }
  return best;
}

/** Tiles with which Winograd's algorithm can compute a convolution; empty where it does not apply. */
export function winogradTiles(info: Info): readonly number[] {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  const applies =
    filterHeight === filterWidth &&
    strideHeight === strideWidth &&
    dilationHeight === 1 &&
    dilationWidth === 1 &&
    info.outChannels % 4 === 0;
  return applies ? (TILES[Math.ceil(filterHeight / strideHeight)] ?? []) : [];
}

function directNanoseconds(info: Info, direction: Direction): number {
  const { directProduct, directProductOfFew } = NANOSECONDS;
  const each = info.inChannels < 8 ? directProductOfFew[direction] : directProduct;
  const outputs = info.batchSize * info.outHeight * info.outWidth * info.outChannels;
  return each * outputs * info.filterHeight * info.filterWidth * info.inChannels;
}

function winogradNanoseconds(info: Info, direction: Direction, tile: number): number {
  const stride = info.strideHeight;
  const taps = Math.ceil(info.filterHeight / stride);
  const points = (tile + taps - 1) ** 2;
  // Channels are filled up to a multiple of 4, which copies the image.
  const channels = 4 * Math.ceil(info.inChannels / 4);
  const copied = channels > info.inChannels ? info.batchSize * info.inHeight * info.inWidth * channels : 0;
  const imageChannels = stride * stride * channels;
  const { outChannels } = info;
  const tiles = info.batchSize * Math.ceil(info.outHeight / tile) * Math.ceil(info.outWidth / tile);
  const { input, output, filter, pointProduct } = NANOSECONDS;
  const transforms =
    direction === 'filter-gradient'
      ? input * (imageChannels + outChannels)
      : input * imageChannels + output * outChannels;
  const products = (pointProduct * tiles + filter) * imageChannels * outChannels;
  return points * (tiles * transforms + products) + NANOSECONDS.copied * copied;
}
