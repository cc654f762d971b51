/**
 * Writes test/fixtures: an exported encoder and tables of embeddings, for scripts/read-fixtures.py to read with other libraries.
 * Run: node --import tsx scripts/write-fixtures.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMBEDDINGS_FORMATS, embeddingsFile } from '../src/index.ts';
import { EMBEDDINGS } from '../test/support/tiny-encoder.ts';
import { tinyFiles } from '../test/support/tiny-files.ts';

const fixtures = join(import.meta.dirname, '../test/fixtures');
const tables = await Promise.all(
  EMBEDDINGS_FORMATS.map(
    async (format) => [`table.${format}`, await embeddingsFile(EMBEDDINGS, format)] as const,
  ),
);
mkdirSync(fixtures, { recursive: true });
for (const [name, content] of [...Object.entries(await tinyFiles()), ...tables])
  writeFileSync(join(fixtures, name), content);
