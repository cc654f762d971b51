import { readRange, type ByteSource } from './byte-source.ts';
import { decodeValues } from './decode-values.ts';
import { readHeader, readHeaderLength } from './safetensors-header.ts';
import { SafetensorsError } from './safetensors-error.ts';
import type { WeightFile } from './weight-file.ts';

/**
 * Opens a safetensors file by its header; each tensor is one range.
 * @throws {SafetensorsError} on the same files as {@link readSafetensors}
 */
export async function openSafetensors(source: ByteSource): Promise<WeightFile> {
  const length = readHeaderLength(await source.read(0, Math.min(8, source.size)), source.size);
  const head = await readRange(source, 0, 8 + length, 'safetensors: header');
  const { entries, metadata, dataStart } = readHeader(head, source.size);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return {
    shapes: Object.fromEntries(entries.map(({ name, shape }) => [name, shape])),
    metadata,
    async read(name) {
      const entry = byName.get(name);
      if (!entry) {
        throw new SafetensorsError(
          `tensor '${name}': not in the file, valid: ${[...byName.keys()].join(', ') || 'none'}`,
        );
      }
      const { shape, dtype, begin, end } = entry;
      const bytes = await readRange(source, dataStart + begin, end - begin, `safetensors: tensor '${name}'`);
      return { shape, dtype, data: decodeValues(bytes, dtype) };
    },
  };
}
