import type { EmbeddingSet } from '@paretrain/core';

/** What embeddings are made from; scripts/integer_embeddings.py makes the same. */
export interface IntegerEmbeddings {
  readonly size: number;
  readonly classes: number;
  /** Numbers that the others are linear in, but for the noise. */
  readonly factors: number;
  /** Distance of the classes' centres, in quarters of the factors' own spread. */
  readonly spread: number;
  readonly noise: number;
}

const [CENTRES, LABELS, HIDDEN, MIXING, NOISE, OFFSETS, EXPONENTS] = [1, 2, 3, 4, 5, 6, 7] as const;

/** A 32-bit integer that looks random (Wellons' lowbias32). */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

const hashed = (stream: number, index: number): number => mix((mix(stream) + index) >>> 0);

/** An integer from -510 to 510, nearly normal with standard deviation 148: the sum of four bytes. */
function bell(stream: number, index: number): number {
  const word = hashed(stream, index);
  return (word & 255) + ((word >>> 8) & 255) + ((word >>> 16) & 255) + (word >>> 24) - 510;
}

/** Rows `first` to `first + count` of embeddings that no rounding entered: integers times powers of two. */
export function integerEmbeddings(madeFrom: IntegerEmbeddings, first: number, count: number): EmbeddingSet {
  const { size, classes, factors, spread, noise } = madeFrom;
  const targets = Float32Array.from({ length: count }, (_, i) => hashed(LABELS, first + i) % classes);
  const mixing = Float64Array.from({ length: factors * size }, (_, i) => Math.floor(bell(MIXING, i) / 32));
  const values = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const hidden = Array.from({ length: factors }, (_, f) => {
      const centre = Math.floor((bell(CENTRES, targets[i]! * factors + f) * spread) / 4);
      return bell(HIDDEN, (first + i) * factors + f) + centre;
    });
    for (let j = 0; j < size; j++) {
      let value = noise * bell(NOISE, (first + i) * size + j) + 16 * bell(OFFSETS, j);
      for (let f = 0; f < factors; f++) value += hidden[f]! * mixing[f * size + j]!;
      values[i * size + j] = value * 2 ** ((hashed(EXPONENTS, j) % 7) - 16);
    }
  }
  return { count, size, values, targets };
}
