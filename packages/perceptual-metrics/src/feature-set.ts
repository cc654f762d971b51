import { DataError, ShapeError } from '@paretrain/core';

/** Features of a set of images, one row an image. */
export interface FeatureSet {
  /** Row-major [images, dimensions]. */
  readonly values: Float32Array | Float64Array;
  readonly dimensions: number;
}

/**
 * Number of rows.
 * @throws {ShapeError} where the values do not fill whole rows
 * @throws {DataError} where one is not finite
 */
export function rowCount(what: string, { values, dimensions }: FeatureSet): number {
  if (!Number.isInteger(dimensions) || dimensions < 1 || values.length % dimensions !== 0) {
    throw new ShapeError(what, [values.length], `whole rows of ${dimensions} features`);
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DataError(`${what}: value ${bad} is ${values[bad]}, valid: finite numbers`);
  return values.length / dimensions;
}

/** @throws {ShapeError} where two sets have features of different networks */
export function checkSameDimensions(
  what: string,
  a: Pick<FeatureSet, 'dimensions'>,
  b: Pick<FeatureSet, 'dimensions'>,
): void {
  if (a.dimensions !== b.dimensions) {
    throw new ShapeError(`${what}: second set`, [b.dimensions], `${a.dimensions} features, as the first`);
  }
}
