import { describe, expect, it } from 'vitest';
import { makeSandbox } from './support/paretrain.ts';

describe('paretrain cost', { timeout: 120_000 }, () => {
  it('prints the steps of every cell, as the contract says', async () => {
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
