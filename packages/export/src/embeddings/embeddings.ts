/** Embeddings of some images. */
export interface Embeddings {
  /** Of each image, with '/' between folders. */
  readonly files: readonly string[];
  /** Numbers of one embedding. */
  readonly size: number;
  /** files.length x size */
  readonly values: Float32Array;
}

/** Names of the columns of numbers in tables: `e0`, `e1`, ... */
export function columnNames(size: number): string[] {
  return Array.from({ length: size }, (_, i) => `e${i}`);
}
