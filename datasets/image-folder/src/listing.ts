import type { TargetDescription } from '@paretrain/core';

/** One image of the folder. */
interface ListedImage {
  /** Under the folder, with '/' between folders. */
  readonly file: string;
  /** Index of its class, or its numbers. */
  readonly target: readonly number[];
}

/** What a folder holds; its images in the order of their names, or of the table. */
export interface Listing {
  readonly images: readonly ListedImage[];
  readonly target: TargetDescription;
}
