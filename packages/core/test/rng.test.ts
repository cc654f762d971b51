import { describe, expect, it } from 'vitest';
import { ConfigurationError, Rng, RngStreams } from '../src/index.ts';

const draw = (rng: Rng, count: number) => Array.from({ length: count }, () => rng.uniform());

describe('Rng', () => {
  it('gives the same numbers for the same seed and name, others for any other', () => {
    const first = draw(Rng.stream(0, 'data-order'), 5);
    expect(draw(Rng.stream(0, 'data-order'), 5)).toEqual(first);
    expect(draw(Rng.stream(0, 'initialisation'), 5)).not.toEqual(first);
    expect(draw(Rng.stream(1, 'data-order'), 5)).not.toEqual(first);
  });

  it('has uncorrelated streams for neighbouring seeds', () => {
    const count = 4000;
    const a = draw(Rng.stream(7, 'x'), count);
    const b = draw(Rng.stream(8, 'x'), count);
    const covariance = a.reduce((sum, value, i) => sum + (value - 0.5) * (b[i]! - 0.5), 0) / count;
    expect(Math.abs(covariance * 12)).toBeLessThan(4 / Math.sqrt(count));
  });

  it('is uniform and normal within four standard errors', () => {
    const count = 20_000;
    const rng = Rng.stream(5, 'moments');
    const uniform = Array.from({ length: count }, () => rng.uniform(-1, 3));
    const mean = uniform.reduce((sum, value) => sum + value, 0) / count;
    expect(Math.abs(mean - 1)).toBeLessThan((4 * (4 / Math.sqrt(12))) / Math.sqrt(count));
    const normal = rng.normalArray(count, 2, 3);
    const normalMean = normal.reduce((sum, value) => sum + value, 0) / count;
    const variance = normal.reduce((sum, value) => sum + (value - normalMean) ** 2, 0) / count;
    expect(Math.abs(normalMean - 2)).toBeLessThan((4 * 3) / Math.sqrt(count));
    expect(Math.abs(variance / 9 - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    const faces = new Array<number>(6).fill(0);
    for (let i = 0; i < count; i++) faces[rng.integer(6)]! += 1;
    const chiSquared = faces.reduce((sum, seen) => sum + (seen - count / 6) ** 2 / (count / 6), 0);
    expect(chiSquared).toBeLessThan(25.7); // 0.9999 quantile, 5 degrees of freedom
  });

  it('permutes', () => {
    const order = Rng.stream(1, 'order').permutation(100);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
    expect([...Rng.stream(1, 'order').permutation(0)]).toEqual([]);
  });

  it('continues from its state, also in the middle of a normal pair', () => {
    const rng = Rng.stream(3, 'state');
    rng.normal();
    const state = JSON.parse(JSON.stringify(rng.state()));
    const expected = [rng.normal(), rng.normal(), rng.uniform()];
    const copy = Rng.fromState(state);
    expect([copy.normal(), copy.normal(), copy.uniform()]).toEqual(expected);
  });

  it('restores all named streams', () => {
    const streams = new RngStreams(9);
    streams.get('a').uniform();
    streams.get('b').normal();
    const states = streams.states();
    const expected = [streams.get('a').uniform(), streams.get('b').normal()];
    const again = new RngStreams(9);
    again.restore(states);
    expect([again.get('a').uniform(), again.get('b').normal()]).toEqual(expected);
  });

  it.each([-1, 1.5, NaN, 2 ** 53])('refuses seed %s', (seed) => {
    expect(() => Rng.stream(seed, 'x')).toThrow(ConfigurationError);
  });
});
