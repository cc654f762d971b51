/**
 * What one group of a grouped convolution reads, copied together: its channels of an image, or a few, with zeros around them. At the distance of whole
 * pixels, often a power of two, they would fall on a few lines of the first-level cache.
 */
import { ConvolutionGeometry } from './geometry';
import { aligned } from './simd';

/** The part of one group that is read: images of height x width pixels, zeros around them, `channels` of each. */
// @ts-ignore: decorator
@unmanaged
export class Window {
  /** Size of the image it is copied from. */
  height: i32;
  width: i32;
  /** Rows and columns of zeros before it. */
  top: i32;
  left: i32;
  /** Size with zeros on all sides. */
  paddedHeight: i32;
  paddedWidth: i32;
  channels: i32;
  /** Floats of a pixel in the copy: `channels`, or more, whose values mean nothing. */
  length: i32;
  data: usize;
}

// @ts-ignore: decorator
@inline export function windowPixels(w: Window): i32 {
  return w.paddedHeight * w.paddedWidth;
}

/** What a group reads of the input. */
export function inputWindow(address: usize, g: ConvolutionGeometry): Window {
  let w = changetype<Window>(address);
  w.height = g.inputHeight;
  w.width = g.inputWidth;
  w.top = g.padTop;
  w.left = g.padLeft;
  w.paddedHeight = g.inputHeight + g.padTop + g.padBottom;
  w.paddedWidth = g.inputWidth + g.padLeft + g.padRight;
  w.channels = g.inputChannels / g.groups;
  w.length = w.channels;
  return w;
}

/** What the input gradient reads of the gradient of the output: taps reach back to before its first pixel, and the input to behind its last. */
export function gradientWindow(address: usize, g: ConvolutionGeometry): Window {
  let w = changetype<Window>(address);
  w.height = g.outputHeight;
  w.width = g.outputWidth;
  w.top = ((g.filterHeight - 1) * g.dilationHeight) / g.strideHeight;
  w.left = ((g.filterWidth - 1) * g.dilationWidth) / g.strideWidth;
  w.paddedHeight = w.top + max(g.outputHeight, (g.inputHeight - 1 + g.padTop) / g.strideHeight + 1);
  w.paddedWidth = w.left + max(g.outputWidth, (g.inputWidth - 1 + g.padLeft) / g.strideWidth + 1);
  w.channels = g.outputChannels / g.groups;
  w.length = w.channels;
  return w;
}

/** Copies channels [first, first + channels) of `images` images into the window, whose zeros are there already. */
export function copyGroup(w: Window, from: usize, images: i32, pixelBytes: i32, first: i32): void {
  let runBytes: usize = w.channels << 2;
  let stepBytes: usize = w.length << 2;
  let whole = aligned(runBytes);
  // The last pixels of a row are copied exactly where whole vectors would reach beyond it, in the window or in the image.
  let reach = whole == runBytes ? whole : max(whole, stepBytes + 4);
  let source = from + (first << 2);
  for (let image = 0; image < images; image++) {
    let row = w.data + ((image * windowPixels(w) + w.top * w.paddedWidth + w.left) * w.length << 2);
    for (let y = 0; y < w.height; y++) {
      let to = row;
      let end = row + w.width * stepBytes;
      // The next pixel overwrites what a vector has too much.
      for (; to + reach <= end; to += stepBytes) {
        for (let k: usize = 0; k < runBytes; k += 16) v128.store(to + k, v128.load(source + k));
        source += pixelBytes;
      }
      for (; to < end; to += stepBytes) {
        for (let k: usize = 0; k < runBytes; k += 4) store<f32>(to + k, load<f32>(source + k));
        source += pixelBytes;
      }
      row += (w.paddedWidth * w.length) << 2;
    }
  }
}
