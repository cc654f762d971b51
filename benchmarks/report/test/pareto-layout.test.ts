import { describe, expect, it } from 'vitest';

import { sharedArea } from '../src/figures/label-placement.ts';
import { layoutPareto, NOTE_SIZE, noteBox } from '../src/figures/pareto-layout.ts';
import { WIDE } from '../src/figures/pareto.ts';
import type { Group } from '../src/group.ts';
import { buildModel } from '../src/model.ts';
import { sampleInput } from './sample-input.ts';

/** The sample's group with its first reference shown three times without a cost, at these qualities. */
function withReferencesAt(qualities: readonly number[]): Group {
  const group = buildModel(sampleInput()).groups[0]!;
  const [first] = group.references;
  const references = qualities.map((mean, index) => ({
    ...first!,
    method: `reference-${index}`,
    seconds: null,
    cost: null,
    quality: { ...first!.quality!, mean },
  }));
  return { ...group, references };
}

describe('layoutPareto', () => {
  it.each([
    [15, 15.01, 15.02],
    [15, 15.4, 16],
    [15, 18, 21],
  ])('names of reference lines at %f, %f and %f never cover each other', (...qualities) => {
    const { notes } = layoutPareto(withReferencesAt(qualities), WIDE);
    const boxes = notes.map(noteBox);
    expect(notes.map(({ text }) => text).filter((text) => text.startsWith('reference'))).toHaveLength(3);
    boxes.forEach((box, i) => {
      expect(box.bottom - box.top).toBeGreaterThanOrEqual(NOTE_SIZE);
      for (const other of boxes.slice(i + 1)) expect(sharedArea(box, other)).toBe(0);
    });
  });
});
