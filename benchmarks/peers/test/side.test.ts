import { ParetrainError } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { alternate } from '../src/measure/alternate.ts';
import { withSides } from '../src/measure/side.ts';
import { fakeWorker } from './fake-worker.ts';

describe('Side', () => {
  it('is timed in turn with others, on one thread', async () => {
    await withSides([fakeWorker(10), fakeWorker(20)], async (a, b) => {
      expect(a!.info).toEqual({ wall: 10, threads: '1', extra: 'yes' });
      const rounds = await alternate([a!, b!], { rounds: 2, steps: 3, warmUp: 1 });
      expect(rounds).toEqual([
        { wall: [11, 11], cpu: [1, 1] },
        { wall: [21, 21], cpu: [1, 1] },
      ]);
    });
  });

  it.runIf(process.platform === 'linux')('says how much memory its process has held', async () => {
    const peak = await withSides([fakeWorker(1)], async (side) => side!.peakMemoryBytes());
    expect(peak).toBeGreaterThan(10e6);
    expect(peak).toBeLessThan(500e6);
  });

  it('repeats what a process that died said last', async () => {
    const run = withSides([fakeWorker(1)], (side) => side!.run(99));
    await expect(run).rejects.toThrow(ParetrainError);
    await expect(withSides([fakeWorker(1)], (side) => side!.run(99))).rejects.toThrow(
      /ended early:\nno more steps/,
    );
    const broken = { command: [process.execPath, '-e', 'throw new Error("cannot begin")'] };
    await expect(withSides([broken], async () => 0)).rejects.toThrow(/ended early:[^]*cannot begin/);
  });

  it('says which program is missing', async () => {
    const missing = { command: ['no-such-program'], environment: { PATH: '/nowhere' } };
    await expect(withSides([missing], async () => 0)).rejects.toThrow(
      /^no-such-program ended early:[^]*(taskset|no-such-program)[^]*ENOENT/,
    );
  });
});
