import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SafetensorsError, readSafetensors, writeSafetensors } from '../src/index.ts';

const fixture = readFileSync(new URL('fixtures/pytorch.safetensors', import.meta.url));

/** A file with this header text, and as many zero bytes of data. */
function file(header: unknown, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

describe('a file written by PyTorch', () => {
  const { tensors, metadata } = readSafetensors(fixture);

  it('has its names, shapes, types and metadata', () => {
    expect(Object.keys(tensors).sort()).toEqual(
      ['bf16', 'bf16.exact', 'empty', 'f16', 'f16.exact', 'f32', 'scalar'].sort(),
    );
    expect(tensors['f16']!.dtype).toBe('F16');
    expect(tensors['bf16']!.dtype).toBe('BF16');
    expect(tensors['f32']!.shape).toEqual([12, 20]);
    expect(tensors['scalar']).toEqual({ shape: [], dtype: 'F32', data: Float32Array.of(2.5) });
    expect(tensors['empty']).toEqual({ shape: [0, 3], dtype: 'F32', data: new Float32Array(0) });
    expect(metadata).toEqual({ 'made-by': 'safetensors 0.8.0, PyTorch 2.15.0' });
  });

  it.each(['f16', 'bf16'])('has the same %s values as PyTorch reads', (name) => {
    // toEqual tells 0 from -0 and takes NaN for NaN.
    expect(tensors[name]!.data).toEqual(tensors[`${name}.exact`]!.data);
  });

  it('is read at any alignment of its bytes', () => {
    const shifted = new Uint8Array(fixture.length + 3).subarray(3);
    shifted.set(fixture);
    expect(readSafetensors(shifted).tensors).toEqual(tensors);
  });

  it("rounds to halves as PyTorch does: to the nearest, ties to even; only PyTorch's overflow is refused", () => {
    const source = tensors['f32']!.data;
    const kept = Array.from(source.keys()).filter(
      (i) => Math.abs(source[i]!) < 65_520 || !Number.isFinite(source[i]),
    );
    expect(kept.length).toBe(source.length - 1);
    const data = Float32Array.from(kept, (i) => source[i]!);
    const expected = Float32Array.from(kept, (i) => tensors['f16.exact']!.data[i]!);
    const written = writeSafetensors({ x: { shape: [data.length], data, dtype: 'F16' } });
    expect(readSafetensors(written).tensors['x']!.data).toEqual(expected);
  });
});

describe('writing', () => {
  it('gives back tensors and metadata, in any number of dimensions', () => {
    const tensors = {
      b: { shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-30, Infinity, NaN) },
      a: { shape: [], data: Float32Array.of(7) },
      none: { shape: [4, 0], data: new Float32Array(0) },
      __proto__name: { shape: [1], data: Float32Array.of(1) },
    };
    const read = readSafetensors(writeSafetensors(tensors, { licence: 'MIT', ü: 'é' }));
    expect(read.metadata).toEqual({ licence: 'MIT', ü: 'é' });
    for (const [name, { shape, data }] of Object.entries(tensors)) {
      expect(read.tensors[name]).toEqual({ shape, data, dtype: 'F32' });
    }
  });

  it('gives the same bytes whatever the order of the tensors, data aligned to 8 bytes', () => {
    const x = { shape: [1], data: Float32Array.of(1) };
    const y = { shape: [2], data: Float32Array.of(2, 3), dtype: 'F16' as const };
    const bytes = writeSafetensors({ x, y });
    expect(writeSafetensors({ y, x })).toEqual(bytes);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it('refuses values that do not fit', () => {
    expect(() => writeSafetensors({ x: { shape: [3], data: new Float32Array(2) } })).toThrow(
      /tensor 'x': shape \[3\] does not hold 2 values/,
    );
    expect(() => writeSafetensors({ x: { shape: [-1], data: new Float32Array(1) } })).toThrow(
      SafetensorsError,
    );
    expect(() =>
      writeSafetensors({ x: { shape: [1], data: Float32Array.of(65_520), dtype: 'F16' } }),
    ).toThrow(/65520 is beyond the largest F16/);
    expect(() => writeSafetensors({ __metadata__: { shape: [1], data: Float32Array.of(1) } })).toThrow(
      /cannot be called/,
    );
  });
});

describe('damaged files are refused, saying where', () => {
  const f32 = (begin: number, end: number, shape = [(end - begin) / 4]): unknown => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  const broken: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /received 0 bytes/],
    ['7 bytes', new Uint8Array(7), /received 7 bytes/],
    ['a truncated file', fixture.subarray(0, fixture.length - 1), /truncated/],
    [
      'a file cut in its header',
      fixture.subarray(0, 40),
      /header of \d+ bytes is larger than the file of 40 bytes/,
    ],
    [
      'a huge header',
      Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 127),
      /header of \d+ bytes, valid: at most/,
    ],
    ['bytes left over', file({ x: f32(0, 4) }, 5), /bytes left over/],
    [
      'overlapping tensors',
      file({ x: f32(0, 8), y: f32(4, 12) }, 12),
      /tensor 'y' begins at 4 and overlaps tensor 'x'/,
    ],
    ['a gap', file({ x: f32(0, 4), y: f32(8, 12) }, 12), /a gap/],
    ['a first tensor that does not begin at 0', file({ x: f32(4, 8) }, 8), /a gap/],
    [
      'an unknown dtype',
      file({ x: { dtype: 'F8', shape: [4], data_offsets: [0, 4] } }, 4),
      /dtype: received "F8"/,
    ],
    ['an inherited dtype', file({ x: { dtype: 'toString', shape: [4], data_offsets: [0, 4] } }, 4), /dtype/],
    ['a shape that does not fit', file({ x: f32(0, 8, [3]) }, 8), /takes 12 bytes, its offsets hold 8/],
    ['a negative shape', file({ x: f32(0, 4, [-1]) }, 4), /shape: received \[-1\]/],
    ['offsets backwards', file({ x: f32(4, 0, [1]) }, 4), /takes 4 bytes, its offsets hold -4/],
    ['three offsets', file({ x: { dtype: 'F32', shape: [1], data_offsets: [0, 4, 8] } }, 4), /data_offsets/],
    ['a shape too large to count', file({ x: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4), /tensor 'x'/],
    ['an entry that is a number', file({ x: 3 }, 0), /not an object/],
    ['metadata that is not text', file({ __metadata__: { a: 1 } }, 0), /__metadata__/],
    ['no JSON', file('{nonsense', 0), /not JSON/],
    ['no object', file('[1]', 0), /does not begin with '\{'/],
    ['no UTF-8', file('{"x"', 0).fill(0xff, 8), /not UTF-8/],
  ];

  it.each(broken)('%s', (_what, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it('but a file without tensors is valid', () => {
    expect(readSafetensors(file({}, 0))).toEqual({ tensors: {}, metadata: {} });
  });
});
