import { WeightFileError } from './weight-file-error.ts';

/** A file is not a valid safetensors file, or tensors cannot be written as one; says where and what was expected. */
export class SafetensorsError extends WeightFileError {
  constructor(message: string) {
    super(`safetensors: ${message}`);
  }
}
