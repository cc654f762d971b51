import { describe, expect, it } from 'vitest';
import { formatEstimate } from '../src/format.ts';

describe('formatEstimate', () => {
  it.each([
    [10.318, 0.4512, '10.32 ± 0.45'],
    [21.863959, 0, '21.86 ± 0'],
    // Sums in another order are no difference between seeds.
    [21.863959, 1e-9, '21.86 ± 0'],
    [21.863959, 0.00012, '21.86396 ± 0.00012'],
    [0, 0, '0 ± 0'],
    [5.277, null, '5.277'],
  ])('%s and %s: %s', (mean, half, text) => {
    expect(formatEstimate(mean, half)).toBe(text);
  });
});
