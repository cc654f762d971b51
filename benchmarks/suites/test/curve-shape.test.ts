import { MissingEvidence } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { fluctuation, ofCurves, peak, rise } from '../src/claims/curve-shape.ts';

describe('the shape of a curve', () => {
  const straight = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
  const jagged = [0.5, 0.7, 0.5, 0.7, 0.5, 0.7, 0.5, 0.7];

  it('fluctuates by the distance of epochs from their neighbours, not by what it rises', () => {
    expect(fluctuation(straight)).toBeCloseTo(0);
    expect(fluctuation(jagged)).toBeCloseTo(0.2);
  });

  it('rises from the first quarter to the last', () => {
    expect(rise(straight)).toBeCloseTo(0.6);
    expect(rise([...straight].reverse())).toBeCloseTo(-0.6);
    expect(rise(jagged)).toBeCloseTo(0);
    // Of nine epochs a quarter is two.
    expect(rise([1, 3, 9, 9, 9, 9, 9, 5, 7])).toBeCloseTo(4);
  });

  it('has its peak at the first of the best epochs', () => {
    expect(peak(straight)).toBe(1);
    expect(peak(jagged)).toBe(0.25);
  });

  it('is told seed by seed, of at least eight epochs', () => {
    const curves = new Map([
      [0, straight],
      [3, jagged],
    ]);
    expect([...ofCurves(curves, peak)]).toEqual([
      [0, 1],
      [3, 0.25],
    ]);
    expect(() => ofCurves(new Map([[0, straight.slice(1)]]), peak)).toThrow(MissingEvidence);
    expect(() => ofCurves(new Map([[0, straight.slice(1)]]), peak)).toThrow(
      /runs of at least 8 epochs: there are 7/,
    );
  });
});
