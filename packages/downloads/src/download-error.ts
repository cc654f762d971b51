import { ParetrainError } from '@paretrain/core';

/** A file could not be downloaded; says from where, and why not. What has come is kept: the same call goes on from there. */
export class DownloadError extends ParetrainError {
  constructor(message: string, options?: ErrorOptions) {
    super('download', message, options);
  }
}
