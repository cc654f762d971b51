/**
 * The tiles of Winograd's convolutions (winograd.ts): what the three directions share, and tiles on their way between images and the matrices that are
 * multiplied.
 */
import { ConvolutionGeometry } from './geometry';
import { collectInput, collectOutput, transformGradient, transformInput } from './generated/winograd-transforms';
import { prefetch } from './prefetch';
import { aligned } from './simd';

/** Pixels of the largest tile. */
const TILE_PIXELS: i32 = 49;

/** Everything that the three directions share; lies at the start of the workspace. */
// @ts-ignore: decorator
@unmanaged
export class Winograd {
  m: i32;
  r: i32;
  n: i32;
  /** n * n. */
  points: i32;
  stride: i32;
  phases: i32;
  tilesY: i32;
  tilesX: i32;
  tiles: i32;
  /** Tiles of one block. */
  block: i32;
  /** Address table of one tile's pixels. */
  table: usize;
  /** Intermediate tile of a transform. */
  scratch: usize;
  /** As many zeros as a pixel may have channels: what lies outside of an image. */
  zeros: usize;
  free: usize;
}

const HEADER_BYTES: i32 = 128;
/** Bytes that beginTiles takes, but for the zeros of a pixel. */
export const TILES_BYTES: i32 = HEADER_BYTES + TILE_PIXELS * 20;

// @ts-ignore: decorator
@inline export function ceilDivide(a: i32, b: i32): i32 {
  return (a + b - 1) / b;
}

/** Writes what the directions share to the start of the workspace; `free`: where the rest of it begins. */
export function beginTiles(g: ConvolutionGeometry, m: i32, workspace: usize): Winograd {
  let w = changetype<Winograd>(workspace);
  w.m = m;
  w.stride = g.strideHeight;
  w.r = ceilDivide(g.filterHeight, g.strideHeight);
  w.n = m + w.r - 1;
  w.points = w.n * w.n;
  w.phases = w.stride * w.stride;
  w.tilesY = ceilDivide(g.outputHeight, m);
  w.tilesX = ceilDivide(g.outputWidth, m);
  w.tiles = g.batch * w.tilesY * w.tilesX;
  w.table = workspace + HEADER_BYTES;
  w.scratch = aligned(w.table + TILE_PIXELS * 4);
  w.zeros = w.scratch + TILE_PIXELS * 16;
  let zeroBytes = max(g.inputChannels, g.outputChannels) << 2;
  memory.fill(w.zeros, 0, zeroBytes);
  w.free = aligned(w.zeros + zeroBytes);
  return w;
}

/**
 * Addresses of a size x size window of an image's phase (py, px), first pixel (y, x) of the phase; pixels outside are at `outside`.
 * The image is padded by `pad` pixels above and to the left, which are outside.
 */
// @ts-ignore: decorator
@inline function windowTable(
  table: usize, size: i32, image: usize, height: i32, width: i32, channels: i32,
  y: i32, x: i32, stride: i32, padTop: i32, padLeft: i32, outside: usize,
): void {
  let row = y - padTop;
  for (let i = 0; i < size; i++) {
    let inside = <u32>row < <u32>height;
    let column = x - padLeft;
    for (let j = 0; j < size; j++) {
      let address = inside && <u32>column < <u32>width ? image + ((row * width + column) * channels << 2) : outside;
      store<u32>(table, <u32>address);
      table += 4;
      column += stride;
    }
    row += stride;
  }
}

/** What `moveTiles` does with a tile: reads n x n inputs, reads m x m gradients, writes m x m outputs, or adds to n x n inputs' gradients. */
export const INPUT: i32 = 0;
export const GRADIENT: i32 = 1;
export const OUTPUT: i32 = 2;
export const INPUT_GRADIENT: i32 = 3;

/**
 * Moves tiles [first, first + count) between an image's phases and points[point][tile][phase, channel], `pointBytes` between points,
 * through the transform of `way`. What lies outside of the image reads as zero and is not written; an image that is added to begins as zeros.
 */
export function moveTiles(
  w: Winograd, way: i32, first: i32, count: i32, image: usize, height: i32, width: i32, channels: i32,
  stride: i32, offsetY: i32, offsetX: i32, points: usize, pointBytes: usize,
): void {
  let perImage = w.tilesY * w.tilesX;
  let phaseBytes = channels << 2;
  let size = way == INPUT || way == INPUT_GRADIENT ? w.n : w.m;
  let outside: usize = way == INPUT || way == GRADIENT ? w.zeros : 0;
  for (let tile = first; tile < first + count; tile++) {
    let b = tile / perImage;
    let rest = tile - b * perImage;
    let tileY = rest / w.tilesX;
    let tileX = rest - tileY * w.tilesX;
    let imageBytes: usize = (height * width * channels) << 2;
    let one = image + b * imageBytes;
    if (way == INPUT_GRADIENT && rest == 0) memory.fill(one, 0, imageBytes);
    else if (rest == 0 || tile == first) prefetch(one, imageBytes, w.scratch);
    for (let py = 0; py < stride; py++) {
      for (let px = 0; px < stride; px++) {
        windowTable(
          w.table, size, one, height, width, channels,
          tileY * w.m * stride + py, tileX * w.m * stride + px, stride, offsetY, offsetX, outside,
        );
        if (way == INPUT) transformInput(w.n, w.m, w.table, 0, channels, points, pointBytes, w.scratch);
        else if (way == GRADIENT) transformGradient(w.n, w.m, w.table, 0, channels, points, pointBytes, w.scratch);
        else if (way == OUTPUT) collectOutput(w.n, w.m, points, pointBytes, channels, w.table, w.scratch);
        else collectInput(w.n, w.m, points, pointBytes, channels, w.table, w.scratch);
        points += phaseBytes;
      }
    }
  }
}
