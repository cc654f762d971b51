import { readFile } from 'node:fs/promises';

/** Rows of a NumPy file of float32 with two axes. */
export async function readNpy(path: string): Promise<number[][]> {
  const bytes = new Uint8Array(await readFile(path));
  const view = new DataView(bytes.buffer);
  const before = 10 + view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(10, before));
  const [, rows, columns] = /'descr': '<f4'.*'shape': \((\d+), (\d+)\)/.exec(header)!.map(Number);
  return Array.from({ length: rows! }, (_, row) => [
    ...new Float32Array(bytes.buffer, before + 4 * row * columns!, columns),
  ]);
}
