import { decodeValues } from './decode-values.ts';
import { readHeader } from './safetensors-header.ts';
import type { WeightTensor } from './weight-file.ts';

export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, WeightTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a whole safetensors file (https://huggingface.co/docs/safetensors): F32, F16 and BF16 tensors and the metadata.
 * The header is checked as strictly as the reference implementation does.
 *
 * @param bytes the file's content
 * @throws {SafetensorsError} on a truncated file, a header that is larger than the file or not valid JSON, an unknown
 * dtype, sizes that do not fit the shape, overlapping tensors, gaps, or bytes left over
 */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, dataStart } = readHeader(bytes);
  // fromEntries makes own properties of every name, '__proto__' too.
  const tensors = Object.fromEntries(
    entries.map(({ name, dtype, shape, begin, end }): [string, WeightTensor] => [
      name,
      { shape, dtype, data: decodeValues(bytes.subarray(dataStart + begin, dataStart + end), dtype) },
    ]),
  );
  return { tensors, metadata };
}
