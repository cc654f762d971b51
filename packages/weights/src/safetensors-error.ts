/** A file is not a valid safetensors file, or tensors cannot be written as one; says where and what was expected. */
export class SafetensorsError extends Error {
  constructor(message: string) {
    super(`safetensors: ${message}`);
    this.name = 'SafetensorsError';
  }
}
