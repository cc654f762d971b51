import { WeightFileError } from '../weight-file-error.ts';

/** A web server does not give what it was asked for. */
export class HttpSourceError extends WeightFileError {
  /** Whether the same request may succeed a moment later. */
  readonly passing: boolean;

  constructor(message: string, { passing, cause }: { readonly passing: boolean; readonly cause?: unknown }) {
    super(message, cause === undefined ? undefined : { cause });
    this.passing = passing;
  }
}
