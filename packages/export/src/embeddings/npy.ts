import type { Embeddings } from './embeddings.ts';

/** Everything before the values fills whole blocks of this many bytes, so that they can be mapped into memory. */
const ALIGNMENT = 64;

/**
 * A NumPy file (format 1.0, https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): float32 [images, size], row by row.
 * `numpy.load` reads it. The images' names are not part of it.
 */
export function npyFile({ files, size, values }: Embeddings): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${files.length}, ${size}), }`;
  // Magic, version and length take 10 bytes; spaces and a line break fill the rest.
  const before = Math.ceil((10 + header.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(before + 4 * values.length).fill(0x20, 0, before);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, before - 10, true);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes[before - 1] = 0x0a;
  values.forEach((value, i) => view.setFloat32(before + 4 * i, value, true));
  return bytes;
}
