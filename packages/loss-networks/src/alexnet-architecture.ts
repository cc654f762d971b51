import { ShapeError, type ImageShape } from '@paretrain/core';

/*
 * The first five modules of the AlexNet of Krizhevsky, "One weird trick for parallelizing convolutional neural networks"
 * (2014), as torchvision has it: conv 3 -> 64, ReLU, max-pool, conv 64 -> 192, ReLU.
 */
export const CHANNELS = 3;
export const CONV1 = { filters: 64, kernel: 11, stride: 4, padding: 2 } as const;
export const POOL = { size: 3, stride: 2 } as const;
export const CONV2 = { filters: 192, kernel: 5, padding: 2 } as const;

/** Names of the weights in a file, torchvision's, with their shapes (output, input, height, width). */
export const WEIGHT_SHAPES = {
  'features.0.weight': [CONV1.filters, CHANNELS, CONV1.kernel, CONV1.kernel],
  'features.0.bias': [CONV1.filters],
  'features.3.weight': [CONV2.filters, CONV1.filters, CONV2.kernel, CONV2.kernel],
  'features.3.bias': [CONV2.filters],
} as const;
export type WeightName = keyof typeof WEIGHT_SHAPES;

/** Smallest image side that leaves one position behind the pooling. */
export const MIN_IMAGE_SIDE = CONV1.kernel - 2 * CONV1.padding + (POOL.size - 1) * CONV1.stride;

/** Positions along one side of the feature map of an image side: 7 for 64 pixels, 11 for 96. */
function featureSide(side: number): number {
  const convolved = Math.floor((side + 2 * CONV1.padding - CONV1.kernel) / CONV1.stride) + 1;
  return Math.floor((convolved - POOL.size) / POOL.stride) + 1;
}

/**
 * Number of features of one image: 9,408 at 64x64, 23,232 at 96x96.
 * @throws {ShapeError} naming the network, unless the image has three channels and sides of at least 15 pixels
 */
export function featureCount(name: string, image: ImageShape): number {
  const shape = [image.height, image.width, image.channels];
  const valid = `[height, width, ${CHANNELS}] with sides of at least ${MIN_IMAGE_SIDE} pixels`;
  const sides = [image.height, image.width];
  if (image.channels !== CHANNELS || sides.some((side) => !Number.isInteger(side) || side < MIN_IMAGE_SIDE)) {
    throw new ShapeError(`loss network '${name}': image`, shape, valid);
  }
  return featureSide(image.height) * featureSide(image.width) * CONV2.filters;
}
