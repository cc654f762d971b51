import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  PytorchError,
  WeightFileError,
  memoryByteSource,
  openPytorch,
  openSafetensors,
  openWeights,
  readSafetensors,
  type ByteSource,
} from '../src/index.ts';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));
const expected = JSON.parse(
  readFileSync(new URL('fixtures/pytorch-expected.json', import.meta.url), 'utf8'),
) as Record<string, { shape: number[]; values: number[] }>;

/** A source that counts what is read. */
function counting(bytes: Uint8Array): ByteSource & { read: ByteSource['read']; total: () => number } {
  const source = memoryByteSource(bytes);
  let total = 0;
  return {
    size: source.size,
    read(offset, length) {
      total += length;
      return source.read(offset, length);
    },
    total: () => total,
  };
}

describe.each(['pytorch-zip.pth', 'pytorch-zip-protocol-4.pth', 'pytorch-legacy.pth'])('%s', (name) => {
  it('has the tensors that PyTorch wrote, by name', async () => {
    const file = await openWeights(memoryByteSource(fixture(name)));
    expect(Object.keys(file.shapes)).toEqual(Object.keys(expected));
    for (const [key, { shape, values }] of Object.entries(expected)) {
      expect(file.shapes[key]).toEqual(shape);
      if (key.endsWith('num_batches_tracked')) continue;
      const { data, shape: read } = await file.read(key);
      expect(read).toEqual(shape);
      expect(data, key).toEqual(Float32Array.from(values));
    }
    expect((await file.read('parameters.1')).dtype).toBe('F16');
    expect((await file.read('parameters.2')).dtype).toBe('BF16');
  });

  it('refuses other element types by name, when they are asked for', async () => {
    const file = await openPytorch(memoryByteSource(fixture(name)));
    const read = file.read('state_dict.features.1.num_batches_tracked');
    await expect(read).rejects.toThrow(PytorchError);
    await expect(read).rejects.toThrow(/num_batches_tracked': received a LongStorage, valid: FloatStorage/);
    await expect(file.read('nothing')).rejects.toThrow(
      /'nothing': not in the file, valid: state_dict\.features/,
    );
  });

  it('names a file that was cut short', async () => {
    const whole = fixture(name);
    for (const part of [0, 3, 100, whole.length / 2, whole.length - 1]) {
      await expect(readAll(whole.subarray(0, Math.floor(part)))).rejects.toThrow(WeightFileError);
    }
  });
});

describe('a pickle that would run code', () => {
  it.each(['pytorch-code.pth', 'pytorch-code-legacy.pth'])('%s is refused by name', async (name) => {
    const open = openPytorch(memoryByteSource(fixture(name)));
    await expect(open).rejects.toThrow(PytorchError);
    await expect(open).rejects.toThrow(/refers to 'posix\.getcwd', which is refused/);
  });
});

describe('openPytorch', () => {
  it('refuses tensors that are larger than their storage', async () => {
    await expect(openPytorch(memoryByteSource(fixture('pytorch-expanded.pth')))).rejects.toThrow(
      /shape \[1000\], strides \[0\], offset 0 has more elements than its storage, 1/,
    );
  });

  it.each([
    ['nothing', ''],
    ['a text', 'not weights at all'],
    ['another zip archive', 'PK\u0003\u0004 and so on'],
  ])('refuses %s', async (_, text) => {
    await expect(openWeights(memoryByteSource(new TextEncoder().encode(text)))).rejects.toThrow(
      WeightFileError,
    );
  });
});

describe('reading one tensor', () => {
  it('of a zip file reads no other', async () => {
    const bytes = fixture('pytorch-zip.pth');
    const source = counting(bytes);
    const file = await openPytorch(source);
    const before = source.total();
    await file.read('views.slice');
    // The local header, and elements 9 to 27 of the storage.
    expect(source.total() - before).toBe(30 + 4 * 18);
  });

  it('of a safetensors file reads no other, and gives the same as reading all', async () => {
    const bytes = fixture('pytorch.safetensors');
    const source = counting(bytes);
    const file = await openSafetensors(source);
    const before = source.total();
    expect(await file.read('f16')).toEqual(readSafetensors(bytes).tensors['f16']);
    expect(source.total() - before).toBe(2 * 240);
    expect(file.metadata).toEqual(readSafetensors(bytes).metadata);
    await expect(file.read('nothing')).rejects.toThrow(/tensor 'nothing': not in the file, valid: /);
  });
});

async function readAll(bytes: Uint8Array): Promise<void> {
  const file = await openWeights(memoryByteSource(bytes));
  for (const name of Object.keys(file.shapes)) await file.read(name);
}
