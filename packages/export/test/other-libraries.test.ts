import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMBEDDINGS_FORMATS, embeddingsFile } from '../src/index.ts';
import { EMBEDDINGS, tinyEncoder, tinyImages } from './support/tiny-encoder.ts';
import { tinyFiles } from './support/tiny-files.ts';

/*
 * What other libraries read from these very files was written down by scripts/read-fixtures.py: the files must still be the same, and what
 * was read from them what we mean.
 */
const FIXTURES = join(import.meta.dirname, 'fixtures');
const expected = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8')) as {
  readonly torch: number[][];
  readonly onnxruntime: number[][];
  readonly npy: { readonly dtype: string; readonly values: number[][] };
  readonly parquet: { readonly types: string[]; readonly rows: Record<string, unknown>[] };
  readonly csv: string[][];
};
const bytesOf = (content: Uint8Array | string) => Buffer.from(content as Uint8Array);

beforeEach(async () => {
  await tf.setBackend('cpu');
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

describe('an exported encoder', () => {
  it('has the bytes that other libraries have read', async () => {
    const files = await tinyFiles();
    expect(Object.keys(files).sort()).toEqual(['README.md', 'encoder.onnx', 'encoder.safetensors']);
    for (const [name, content] of Object.entries(files)) {
      expect(bytesOf(content).equals(readFileSync(join(FIXTURES, name))), name).toBe(true);
    }
  });

  it.each(['torch', 'onnxruntime'] as const)('gives the same embeddings in %s', async (library) => {
    const model = tinyEncoder();
    const images = tinyImages();
    const embeddings = tf.tidy(() => model.predict(images) as tf.Tensor2D);
    const own = await embeddings.array();
    tf.dispose([embeddings, images]);
    model.dispose();
    expect(own).toHaveLength(2);
    expect(own[0]).not.toEqual(own[1]);
    own.flat().forEach((value, i) => expect(value).toBeCloseTo(expected[library].flat()[i]!, 5));
  });
});

describe('tables of embeddings', () => {
  it.each(EMBEDDINGS_FORMATS)('have the bytes that other libraries have read: %s', async (format) => {
    const content = bytesOf(await embeddingsFile(EMBEDDINGS, format));
    expect(content.equals(readFileSync(join(FIXTURES, `table.${format}`)))).toBe(true);
  });

  const { files, size, values } = EMBEDDINGS;
  const row = (i: number) => [...values.subarray(i * size, (i + 1) * size)];

  it('are float32 rows in NumPy', () => {
    expect(expected.npy.dtype).toBe('float32');
    expect(expected.npy.values).toEqual(files.map((_, i) => row(i)));
  });

  it('are texts and float32 in PyArrow', () => {
    expect(expected.parquet.types).toEqual(['string', 'float', 'float']);
    expect(expected.parquet.rows).toEqual(files.map((file, i) => ({ file, e0: row(i)[0], e1: row(i)[1] })));
  });

  it('are names and numbers of full precision in CSV', () => {
    expect(expected.csv[0]).toEqual(['file', 'e0', 'e1']);
    expect(expected.csv.slice(1).map(([file]) => file)).toEqual(files);
    const numbers = expected.csv
      .slice(1)
      .map(([, ...cells]) => cells.map((cell) => Math.fround(Number(cell))));
    expect(numbers).toEqual(files.map((_, i) => row(i)));
  });
});
