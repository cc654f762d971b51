/** Size of one image; arrays and tensors are laid out height, width, channels (NHWC). */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Number of values of one image. */
export function imageSize(shape: ImageShape): number {
  return shape.height * shape.width * shape.channels;
}

/** For messages: 64x64x3. */
export function formatImageShape(shape: ImageShape): string {
  return `${shape.height}x${shape.width}x${shape.channels}`;
}
