import { DataError } from './errors.ts';

/**
 * Refuses indices that an image source does not have.
 * @param count images of the source
 * @throws {DataError} naming the first that is not one of 0 to count - 1
 */
export function checkIndices(indices: ArrayLike<number>, count: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (Number.isInteger(index) && index >= 0 && index < count) continue;
    throw new DataError(`image index: received ${index}, valid: 0 to ${count - 1}`);
  }
}
