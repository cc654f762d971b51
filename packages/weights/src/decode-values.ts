import { fromBfloat16, fromHalf } from './half.ts';
import { DTYPE_BYTES, type WeightDtype } from './weight-dtype.ts';

/** Little-endian elements at any alignment as float32 numbers; a copy. */
export function decodeValues(bytes: Uint8Array, dtype: WeightDtype): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = new Float32Array(bytes.byteLength / DTYPE_BYTES[dtype]);
  if (dtype === 'F32') {
    for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(4 * i, true);
    return data;
  }
  const decode = dtype === 'F16' ? fromHalf : fromBfloat16;
  for (let i = 0; i < data.length; i++) data[i] = decode(view.getUint16(2 * i, true));
  return data;
}
