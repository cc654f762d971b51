import { ConfigurationError } from '@paretrain/core';
import { csvFile } from './csv.ts';
import type { Embeddings } from './embeddings.ts';
import { npyFile } from './npy.ts';
import { parquetFile } from './parquet.ts';

const WRITERS = { npy: npyFile, csv: csvFile, parquet: parquetFile } as const;

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
export function embeddingsFile(embeddings: Embeddings, format: EmbeddingsFormat): Uint8Array | string {
  return WRITERS[format](embeddings);
}
