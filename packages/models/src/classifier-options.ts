import { ConfigurationError, formatImageShape, type ImageShape, type Rng } from '@paretrain/core';
import { checkPositiveInteger } from './checks.ts';
import type { Initialization } from './initialization.ts';

/** What every classifier of small images takes. */
export interface ClassifierOptions {
  readonly image: ImageShape;
  /** Number of classes, from 1. */
  readonly classes: number;
  readonly rng: Rng;
  readonly initialization?: Initialization;
}

/**
 * @param smallest pixels of a side that leave at least one position at the end of the network
 * @throws {ConfigurationError} on a smaller image, or a number of classes below 1
 */
export function checkClassifier(
  network: string,
  { image, classes }: ClassifierOptions,
  smallest: number,
): void {
  const { height, width, channels } = image;
  if (![height, width].every((side) => Number.isInteger(side) && side >= smallest)) {
    throw new ConfigurationError(
      `${network}: image size: received ${formatImageShape(image)}, valid: sides of at least ${smallest} pixels`,
    );
  }
  checkPositiveInteger(network, 'image channels', channels);
  checkPositiveInteger(network, 'classes', classes);
}
