import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from './support/paretrain.ts';

const TINY = [
  'bench',
  '--profile=smoke',
  '--methods=I-I-PW',
  '--set=dataset.rollouts=1',
  '--set=dataset.steps=30',
  '--set=training.batchSize=8',
];

let sandbox: Sandbox;
let args: string[];
beforeAll(async () => {
  sandbox = await makeSandbox();
  args = [...TINY, `--out=${sandbox.results}`];
});
afterAll(() => sandbox.remove());

const dryRun = async (...more: string[]) => {
  const { code, stdout, stderr } = await sandbox.runHere([...args, '--dry-run', '--json', ...more]);
  expect(code).toBe(0);
  return { ...JSON.parse(stdout), stderr };
};

describe('bench --dry-run', { timeout: 180_000 }, () => {
  it('times a few steps of what was never measured, and leaves nothing behind', async () => {
    const { estimate, toDo, stderr } = await dryRun();
    expect(stderr).toMatch(/^estimate: a few steps of I-I-PW on wasm, batch 8$/m);
    expect(toDo).toBe(3);
    expect(estimate.basis).toBe('a few steps taken now');
    expect(estimate.seconds).toBeCloseTo(estimate.phases.runs + estimate.phases.cost, 6);
    expect(estimate.error).toBeNull();
    // 3 splits of 30 frames of 64x64x3 bytes; the network's checkpoint; one process at least.
    expect(estimate.disk.data).toBe(3 * 30 * 64 * 64 * 3);
    expect(estimate.disk.checkpoints).toBeGreaterThan(16 * 4e6);
    expect(estimate.memoryBytes).toBeGreaterThan(1e8);
    expect(estimate.notes).toContain(
      'preparing data set lunar-lander has never been timed here and is left out',
    );
    await expect(readdir(sandbox.results)).rejects.toThrow('ENOENT');
    await expect(readdir(join(sandbox.directory, 'cache', 'datasets'))).rejects.toThrow('ENOENT');
  });

  it('takes no steps where it is not to', async () => {
    const { estimate, stderr } = await dryRun('--no-measure');
    expect(stderr).not.toContain('a few steps');
    expect(estimate.basis).toBe('the profile, timed elsewhere');
    expect(estimate.memoryBytes).toBeNull();
  });

  it('rests on what a bench has measured, shows its error, and knows what is stored', async () => {
    expect((await sandbox.runHere([...args, '--seeds=2', '--no-cost'])).code).toBe(0);
    const done = await dryRun('--seeds=2', '--no-cost');
    expect(done).toMatchObject({ toDo: 0, estimate: { seconds: 0 } });
    expect(done.estimate.allRunsSeconds).toBeGreaterThan(0);
    const more = await dryRun('--seeds=3', '--no-cost');
    expect(more.toDo).toBe(3);
    expect(more.estimate.basis).toBe('earlier runs on this machine');
    expect(more.estimate.notes).toEqual([]);
    expect(more.estimate.error.runs).toBe(6);
    expect((await dryRun('--seeds=2', '--no-cost', '--force')).toDo).toBe(6);
    const { stdout } = await sandbox.runHere([...args, '--seeds=3', '--dry-run', '--no-cost']);
    expect(stdout).toMatch(/accuracy +over 6 stored runs its error is \d+\.\d % in the median/);
    expect(stdout).toMatch(/9 runs, 3 to do, .* about .*; all runs from scratch: /);
    // Data that was prepared once tells how long more of it takes.
    const larger = await dryRun('--set=dataset.rollouts=4', '--no-cost');
    expect(larger.estimate.phases.data).toBeGreaterThan(0);
  });
});
