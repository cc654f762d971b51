import type { MatNumberType } from './mat-file.ts';

const READERS: Readonly<
  Record<MatNumberType, { readonly bytes: number; read(from: Buffer, at: number): number }>
> = {
  int8: { bytes: 1, read: (from, at) => from.readInt8(at) },
  uint8: { bytes: 1, read: (from, at) => from.readUInt8(at) },
  int16: { bytes: 2, read: (from, at) => from.readInt16LE(at) },
  uint16: { bytes: 2, read: (from, at) => from.readUInt16LE(at) },
  int32: { bytes: 4, read: (from, at) => from.readInt32LE(at) },
  uint32: { bytes: 4, read: (from, at) => from.readUInt32LE(at) },
  single: { bytes: 4, read: (from, at) => from.readFloatLE(at) },
  double: { bytes: 8, read: (from, at) => from.readDoubleLE(at) },
};

/** The numbers that these bytes stand for, little-endian. */
export function decodeNumbers(bytes: Buffer, type: MatNumberType): Float64Array {
  const reader = READERS[type];
  return Float64Array.from({ length: Math.floor(bytes.length / reader.bytes) }, (_, i) =>
    reader.read(bytes, i * reader.bytes),
  );
}
