import { Rng } from '@paretrain/core';
import { describe, expect, it } from 'vitest';

import { labelBox, placeLabels, sharedArea } from '../src/figures/label-placement.ts';

const options = { width: 760, height: 430, fontSize: 13, markRadius: 8, obstacles: [] };

describe('placeLabels', () => {
  it.each([1, 2, 3, 4, 5])('separates ten crowded labels and keeps them inside (seed %i)', (seed) => {
    const rng = Rng.stream(seed, 'labels');
    const requests = Array.from({ length: 10 }, (_, index) => ({
      text: `F-I-PS ${index}`,
      x: rng.uniform(300, 430),
      y: rng.uniform(150, 260),
    }));
    const placed = placeLabels(requests, options);
    const boxes = placed.map((label) => labelBox(label, 13));
    boxes.forEach((box, index) => {
      expect(box.left).toBeGreaterThanOrEqual(0);
      expect(box.right).toBeLessThanOrEqual(options.width);
      for (const other of boxes.slice(index + 1)) expect(sharedArea(box, other)).toBe(0);
    });
    expect(placeLabels(requests, options)).toEqual(placed);
  });

  it('keeps a label at the edge inside the plot', () => {
    const [label] = placeLabels([{ text: 'a rather long name', x: 758, y: 2 }], options);
    if (!label) throw new Error('one label expected');
    const box = labelBox(label, 13);
    expect(box.right).toBeLessThanOrEqual(760);
    expect(box.top).toBeGreaterThanOrEqual(0);
  });
});
