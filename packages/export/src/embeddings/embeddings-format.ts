import { ConfigurationError } from '@paretrain/core';
import type { Embeddings } from './embeddings.ts';

type Writer = (embeddings: Embeddings) => Uint8Array | string;

/** Loaded when used: each brings its library. */
const WRITERS = {
  npy: async (): Promise<Writer> => (await import('./npy.ts')).npyFile,
  csv: async (): Promise<Writer> => (await import('./csv.ts')).csvFile,
  parquet: async (): Promise<Writer> => (await import('./parquet.ts')).parquetFile,
} as const;

/** Files that embeddings can be written as, by the ending of their name. */
export const EMBEDDINGS_FORMATS = Object.keys(WRITERS) as EmbeddingsFormat[];
export type EmbeddingsFormat = keyof typeof WRITERS;

/**
 * The format that a file's name asks for.
 * @throws {ConfigurationError} on any other ending
 */
export function embeddingsFormat(path: string): EmbeddingsFormat {
  const format = EMBEDDINGS_FORMATS.find((name) => path.toLowerCase().endsWith(`.${name}`));
  if (format) return format;
  const valid = EMBEDDINGS_FORMATS.map((name) => `.${name}`).join(', ');
  throw new ConfigurationError(`file of embeddings: received '${path}', valid: a name that ends in ${valid}`);
}

/** Content of a file of embeddings. */
export async function embeddingsFile(
  embeddings: Embeddings,
  format: EmbeddingsFormat,
): Promise<Uint8Array | string> {
  const write = await WRITERS[format]();
  return write(embeddings);
}
