/** A weight file is damaged, of another format than it seems, or holds what is not read; says where and what was expected. */
export class WeightFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
