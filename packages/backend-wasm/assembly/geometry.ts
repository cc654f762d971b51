/** The shape of a 2-D convolution, NHWC; written by `src/convolution-geometry.ts` field by field as int32. */
// @ts-ignore: decorator
@unmanaged
export class ConvolutionGeometry {
  batch: i32;
  inputHeight: i32;
  inputWidth: i32;
  inputChannels: i32;
  filterHeight: i32;
  filterWidth: i32;
  outputChannels: i32;
  outputHeight: i32;
  outputWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padBottom: i32;
  padLeft: i32;
  padRight: i32;
  /** 1 for an ungrouped convolution. */
  groups: i32;
}
