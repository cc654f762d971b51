import { WeightFileError } from '../weight-file-error.ts';

/** A file is not one that `torch.save` writes for a dictionary of weights; says what was found and what is valid. */
export class PytorchError extends WeightFileError {
  constructor(message: string, options?: ErrorOptions) {
    super(`PyTorch file: ${message}`, options);
  }
}
