import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WeightFileError, memoryByteSource, openWeights, type ByteSource } from '../src/index.ts';

const ROUNDS = 1500;
const FILES = ['pytorch-zip.pth', 'pytorch-zip-protocol-4.pth', 'pytorch-legacy.pth', 'pytorch.safetensors'];

/** Mulberry32: small and seeded, so that a failure can be seen again. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Bytes changed, cut out, doubled, or the end cut off; mostly one thing at a time, which gets furthest. */
function mutate(original: Uint8Array, random: () => number): Uint8Array {
  let bytes = original.slice();
  const below = (n: number): number => Math.floor(random() * n);
  const rounds = 1 + below(3);
  for (let i = 0; i < rounds; i++) {
    const at = below(bytes.length);
    const length = 1 + below(16);
    switch (below(6)) {
      case 0:
        bytes = bytes.slice(0, at);
        break;
      case 1:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
        break;
      case 2:
        bytes = Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
        break;
      case 3:
        // Lengths and counts: the largest there are.
        bytes.fill(0xff, at, at + Math.min(length, 8));
        break;
      default:
        if (bytes.length > 0) bytes[at] = below(256);
    }
    if (bytes.length === 0) break;
  }
  return bytes;
}

/** Fails where more is asked for than the file has. */
function strictSource(bytes: Uint8Array): ByteSource {
  const source = memoryByteSource(bytes);
  return {
    size: source.size,
    read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
        throw new Error(`read of ${length} bytes at ${offset} of ${bytes.length}`);
      }
      return source.read(offset, length);
    },
  };
}

describe.each(FILES)('damaged copies of %s', (name) => {
  const original = new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

  it('are read or refused with a WeightFileError, at once and within the size of the file', async () => {
    const random = randomNumbers(FILES.indexOf(name) + 1);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = mutate(original, random);
      const begin = performance.now();
      try {
        const file = await openWeights(strictSource(bytes));
        for (const tensor of Object.keys(file.shapes)) {
          const { data } = await file.read(tensor).catch((error: unknown) => {
            if (error instanceof WeightFileError) return { data: new Float32Array(0) };
            throw error;
          });
          // Two bytes of a half become four.
          expect(data.byteLength).toBeLessThanOrEqual(2 * bytes.length);
        }
      } catch (error) {
        if (!(error instanceof WeightFileError)) {
          throw new Error(`round ${round}: ${String(error)}`, { cause: error });
        }
        refused++;
      }
      expect(performance.now() - begin, `round ${round}: milliseconds`).toBeLessThan(2000);
    }
    // Damage of values goes unseen; both kinds must occur for this to mean anything.
    expect(refused).toBeGreaterThan(ROUNDS / 10);
    expect(refused).toBeLessThan(ROUNDS);
  });
});
