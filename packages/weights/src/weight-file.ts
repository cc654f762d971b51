import type { WeightDtype } from './weight-dtype.ts';

/** A tensor read from a file: its values as float32, whatever their type in the file. */
export interface WeightTensor {
  readonly shape: readonly number[];
  /** Element type in the file. */
  readonly dtype: WeightDtype;
  /** Row-major values; a copy, which does not keep the file alive. */
  readonly data: Float32Array;
}

/** A weight file whose directory was read, and whose tensors are read when they are asked for. */
export interface WeightFile {
  /** Names and shapes of all tensors, in the order of the file. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** What the writer noted, for safetensors files. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Reads one tensor, and nothing else of the file.
   * @throws {WeightFileError} naming the tensor, where there is none of this name, it is damaged or its type is not read
   */
  read(name: string): Promise<WeightTensor>;
}
