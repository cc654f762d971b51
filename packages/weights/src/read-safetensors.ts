import { fromBfloat16, fromHalf } from './half.ts';
import { readHeader, type SafetensorsDtype } from './safetensors-header.ts';

/** A tensor read from a file: its values as float32, whatever their type in the file. */
export interface WeightTensor {
  readonly shape: readonly number[];
  /** Element type in the file. */
  readonly dtype: SafetensorsDtype;
  /** Row-major values; a copy, which does not keep the file alive. */
  readonly data: Float32Array;
}

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
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart);
  // fromEntries makes own properties of every name, '__proto__' too.
  const tensors = Object.fromEntries(
    entries.map(({ name, dtype, shape, begin, end }): [string, WeightTensor] => [
      name,
      { shape, dtype, data: readValues(view, dtype, begin, end) },
    ]),
  );
  return { tensors, metadata };
}

function readValues(view: DataView, dtype: SafetensorsDtype, begin: number, end: number): Float32Array {
  if (dtype === 'F32') {
    const data = new Float32Array((end - begin) / 4);
    for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(begin + 4 * i, true);
    return data;
  }
  const decode = dtype === 'F16' ? fromHalf : fromBfloat16;
  const data = new Float32Array((end - begin) / 2);
  for (let i = 0; i < data.length; i++) data[i] = decode(view.getUint16(begin + 2 * i, true));
  return data;
}
