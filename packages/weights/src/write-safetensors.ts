import { toHalf } from './half.ts';
import { SafetensorsError } from './safetensors-error.ts';
import { elementCount } from './safetensors-header.ts';
import { DTYPE_BYTES } from './weight-dtype.ts';

/** A tensor to write. */
export interface TensorToWrite {
  readonly shape: readonly number[];
  /** Row-major values. */
  readonly data: Float32Array;
  /** Element type in the file; F16 rounds to the nearest half, ties to even. Default F32. */
  readonly dtype?: 'F32' | 'F16';
}

/**
 * Writes a safetensors file. Tensors lie in the order of their names, so that the same tensors give the same bytes.
 *
 * @param tensors by name
 * @param metadata texts for the header's `__metadata__`
 * @throws {SafetensorsError} where values do not fill the shape, a finite value is too large for F16, or a name is
 * `__metadata__`
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, TensorToWrite>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const names = Object.keys(tensors).sort();
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header['__metadata__'] = metadata;
  let at = 0;
  for (const name of names) {
    const { shape, data, dtype = 'F32' } = tensors[name]!;
    if (name === '__metadata__') throw new SafetensorsError("a tensor cannot be called '__metadata__'");
    if (shape.some((size) => !Number.isInteger(size) || size < 0) || elementCount(shape) !== data.length) {
      throw new SafetensorsError(
        `tensor '${name}': shape [${shape.join(', ')}] does not hold ${data.length} values`,
      );
    }
    const end = at + data.length * DTYPE_BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [at, end] };
    at = end;
  }
  // Padded with spaces to a multiple of 8, so that float data is aligned.
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + at).fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(headerBytes), true);
  let offset = 8 + headerBytes;
  for (const name of names) {
    const { data, dtype = 'F32' } = tensors[name]!;
    if (dtype === 'F32') {
      // Little-endian, as every machine is that Node and browsers run on.
      file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    } else {
      data.forEach((value, i) =>
        view.setUint16(offset + i * DTYPE_BYTES[dtype], checkedHalf(name, value), true),
      );
    }
    offset += data.length * DTYPE_BYTES[dtype];
  }
  return file;
}

function checkedHalf(name: string, value: number): number {
  const half = toHalf(value);
  if (Number.isFinite(value) && (half & 0x7fff) === 0x7c00) {
    throw new SafetensorsError(`tensor '${name}': ${value} is beyond the largest F16, 65504`);
  }
  return half;
}
