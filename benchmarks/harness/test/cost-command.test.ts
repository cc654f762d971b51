import { describe, expect, it } from 'vitest';
import { makeSandbox } from './support/paretrain.ts';

describe('paretrain cost', { timeout: 120_000 }, () => {
  it('prints the steps of every cell, with the hand-computed operations', async () => {
    const sandbox = await makeSandbox();
    const { stdout, code, stderr } = await sandbox.run([
      'cost',
      '--methods=I-I-PW,I-F-FP',
      '--batch-size=2',
      '--latent-sizes=64',
      '--image-size=64',
      '--targets=cached',
      '--rounds=6',
      '--steps-per-round=1',
      '--json',
    ]);
    expect(stderr).not.toContain('paretrain:');
    expect(code).toBe(0);
    const { steps, matrixProductGflopPerSecond } = JSON.parse(stdout);
    expect(matrixProductGflopPerSecond).toBeGreaterThan(0);
    expect(steps.map((step: { method: string }) => step.method)).toEqual(['I-I-PW', 'I-F-FP']);
    const [autoencoder, featurePrediction] = steps;
    // Encoder: each convolution forward, its filter gradient and, but for the first, its input gradient; the head used
    // and the decoder likewise (protocols: kernels 4,4,4,4 and 5,5,6,6, stride 2).
    const convolutions = [
      [31, 4, 3, 32],
      [14, 4, 32, 64],
      [6, 4, 64, 128],
      [2, 4, 128, 256],
    ].map(([size, kernel, input, output]) => 2 * 2 * size! ** 2 * kernel! ** 2 * input! * output!);
    const transposed = [
      [1, 5, 1024, 128],
      [5, 5, 128, 64],
      [13, 6, 64, 32],
      [30, 6, 32, 3],
    ].map(([size, kernel, input, output]) => 2 * 2 * size! ** 2 * kernel! ** 2 * input! * output!);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const product = (k: number, n: number) => 2 * 2 * k * n;
    const encoder = 3 * sum(convolutions) - convolutions[0]!;
    // Both heads run forward; only the first has gradients.
    const heads = 4 * product(1024, 64);
    const imageDecoder = 3 * (product(64, 1024) + sum(transposed));
    expect(autoencoder.gflopPerStep * 1e9).toBeCloseTo(encoder + heads + imageDecoder, -1);
    const featureDecoder = 3 * (product(64, 2048) + product(2048, 9408));
    expect(featurePrediction.gflopPerStep * 1e9).toBeCloseTo(encoder + heads + featureDecoder, -1);
    for (const step of steps) {
      expect(step.interval95[0]).toBeLessThanOrEqual(step.msPerStep);
      expect(step.interval95[1]).toBeGreaterThanOrEqual(step.msPerStep);
      expect(step.peakBytes).toBeGreaterThan(5e7);
      expect(step.shareOfMatrixProduct).toBeCloseTo(step.gflopPerSecond / matrixProductGflopPerSecond, 6);
    }
    await sandbox.remove();
  });

  it('reports a cell that fails and measures the others', async () => {
    const sandbox = await makeSandbox();
    const { stdout, stderr, code } = await sandbox.run([
      'cost',
      '--methods=I-I-PW,simple-cnn',
      '--image-size=65',
      '--batch-size=1',
      '--rounds=6',
      '--steps-per-round=1',
      '--json',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/paretrain: I-I-PW: .*65/);
    const { failures, matrixProductGflopPerSecond } = JSON.parse(stdout);
    expect(failures).toHaveLength(2);
    expect(matrixProductGflopPerSecond).toBeGreaterThan(0);
    await sandbox.remove();
  });
});
