import { describe, expect, it } from 'vitest';
import { Rng, stratifiedOrder } from '../src/index.ts';

const labelsOf = (counts: readonly number[]) =>
  counts.flatMap((count, label) => Array<number>(count).fill(label));

describe('stratifiedOrder', () => {
  it.each([
    [[5]],
    [[10, 10, 10]],
    [[60, 25, 10, 4, 1]],
    [[1, 1, 1, 97]],
    [[7, 7, 3, 3, 3, 50, 1, 1, 1, 1]],
    [[]],
  ])('keeps the shares of classes of %j images in every prefix', (counts) => {
    const labels = labelsOf(counts);
    const order = stratifiedOrder(labels, Rng.stream(1, 'subset'));
    expect([...order].sort((a, b) => a - b)).toEqual(labels.map((_, index) => index));
    const taken = counts.map(() => 0);
    order.forEach((index, position) => {
      taken[labels[index]!]! += 1;
      counts.forEach((count, label) => {
        const fair = ((position + 1) * count) / labels.length;
        expect(Math.abs(taken[label]! - fair), `class ${label} in the first ${position + 1}`).toBeLessThan(1);
      });
    });
  });

  it('is the same for the same seed only', () => {
    const labels = labelsOf([40, 60]);
    const order = (seed: number) => [...stratifiedOrder(labels, Rng.stream(seed, 'subset'))];
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
  });
});
