import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { trainableMethods } from '../src/cost/trainable-methods.ts';
import { PluginRegistry } from '../src/registry/registry.ts';
import { TARGET } from './support/cost-cells.ts';
import { availability, fakeWorkspace, wasmTwin } from './support/fake-backends.ts';
import { makeSandbox } from './support/paretrain.ts';

interface Step {
  readonly method: string;
  readonly backend: string;
  readonly device: string;
  readonly batchSize: number;
  readonly interval95: readonly [number, number];
  readonly msPerStep: number;
  readonly gflopPerStep: number;
  readonly gflopPerSecond: number;
  readonly shareOfMatrixProduct: number;
  readonly kernels: readonly { readonly kernel: string; readonly flops: number }[];
}

describe('paretrain cost', { timeout: 240_000 }, () => {
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

  it('times every usable backend and batch size in one run, each against its own matrix product', async () => {
    const workspace = await fakeWorkspace([
      wasmTwin('twin', 'Example GPU'),
      { name: 'imitation', probe: availability({ device: 'SwiftShader', software: true }) },
    ]);
    const sandbox = await makeSandbox(undefined, workspace.root);
    const { stdout, stderr, code } = await sandbox.run([
      'cost',
      '--methods=simple-cnn',
      '--backends=all',
      '--batch-size=1,2',
      '--latent-sizes=8',
      '--rounds=6',
      '--steps-per-round=1',
      '--json',
    ]);
    expect(stderr).not.toContain('paretrain:');
    expect(stderr).toMatch(/note: backend 'imitation' is left out: imitated by the processor/);
    expect(code).toBe(0);
    const { steps, matrixProductGflopPerSecond, leftOut, layers, failures } = JSON.parse(stdout);
    expect(failures).toEqual([]);
    expect(leftOut.backends.map(({ name }: { name: string }) => name)).toContain('imitation');
    const cells = steps.map((step: Step) => `${step.method} ${step.backend} ${step.batchSize}`);
    expect(cells).toEqual(
      expect.arrayContaining([
        'simple-cnn wasm 1',
        'simple-cnn wasm 2',
        'simple-cnn twin 1',
        'simple-cnn twin 2',
      ]),
    );
    for (const step of steps as Step[]) {
      const rate = matrixProductGflopPerSecond[step.backend];
      expect(step.shareOfMatrixProduct).toBeCloseTo(step.gflopPerSecond / rate, 6);
      expect(step.interval95[0]).toBeLessThanOrEqual(step.msPerStep);
      expect(step.interval95[1]).toBeGreaterThanOrEqual(step.msPerStep);
      const flops = step.kernels.reduce((sum, kernel) => sum + kernel.flops, 0);
      expect(flops / 1e9).toBeCloseTo(step.gflopPerStep, 9);
    }
    expect(steps.find((step: Step) => step.backend === 'twin').device).toBe('Example GPU');
    expect(layers).toHaveLength(1);
    expect(layers[0].networks.map(({ network }: { network: string }) => network)).toEqual([
      'encoder',
      'predictor',
    ]);
    await sandbox.remove();
    await workspace.remove();
  });

  it('refuses a backend that cannot be used before anything is measured', async () => {
    const workspace = await fakeWorkspace([
      { name: 'refusing', probe: availability({ available: false, reason: 'no device', fix: 'buy one' }) },
    ]);
    const sandbox = await makeSandbox(undefined, workspace.root);
    const { stderr, code } = await sandbox.run(['cost', '--backends=wasm,refusing']);
    expect(stderr).toBe("paretrain: backend 'refusing' cannot be used: no device. Fix: buy one\n");
    expect(code).toBe(2);
    await sandbox.remove();
    await workspace.remove();
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
    expect(stderr).toMatch(/paretrain: I-I-PW on wasm, batch 1: .*65/);
    const { failures, matrixProductGflopPerSecond } = JSON.parse(stdout);
    expect(failures).toHaveLength(2);
    expect(matrixProductGflopPerSecond).toBeGreaterThan(0);
    await sandbox.remove();
  });
});

describe('--methods all', { timeout: 120_000 }, () => {
  const methods = async (side: number, lossNetwork = 'random') =>
    trainableMethods(await PluginRegistry.discover(), {
      image: { height: side, width: side, channels: 3 },
      target: TARGET,
      latentSize: 8,
      lossNetwork,
      augmentation: 'policy',
      folders: { cacheDirectory: tmpdir() },
    });

  it('is every method that trains; the others are named with the reason', async () => {
    const { methods: found, leftOut } = await methods(64);
    expect(found).toEqual(expect.arrayContaining(['I-I-PW', 'F-F-FP', 'VAE', 'PL-AE', 'simple-cnn']));
    const why = Object.fromEntries(leftOut.map(({ name, reason }) => [name, reason]));
    expect(why['untrained']).toBe('it takes no training steps');
    expect(why['predict-mean']).toBe('it takes no training steps');
  });

  it('leaves out what cannot be built with the options', async () => {
    const { methods: found, leftOut } = await methods(65);
    // Its networks see features only, of which any size has some.
    expect(found).toEqual(['F-F-FP']);
    expect(leftOut.find(({ name }) => name === 'I-I-PW')!.reason).toMatch(/65/);
    const unknown = await methods(64, 'no-such-network');
    expect(unknown.methods).toContain('I-I-PW');
    expect(unknown.leftOut.find(({ name }) => name === 'I-I-PS')!.reason).toMatch(/no-such-network/);
  });
});
