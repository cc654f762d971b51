import { ParetrainError } from '@paretrain/core';
import { describe, expect, it } from 'vitest';
import { alternate } from '../src/measure/alternate.ts';
import { withSides, type SideCommand } from '../src/measure/side.ts';

/** A process that speaks the workers' language: steps of `wall` milliseconds, a warning in between, death at 99 steps. */
function fakeWorker(wall: number): SideCommand {
  const program = `
    const say = (message) => console.log(JSON.stringify(message));
    say({ ready: { wall: ${wall}, threads: process.env.OMP_NUM_THREADS, extra: process.env.EXTRA } });
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      if (line === '99') { console.error('no more steps'); process.exit(3); }
      console.log('a warning of some library');
      say({ times: Array.from({ length: Number(line) }, (_, i) => [${wall} + i, 1]) });
    });`;
  return { command: [process.execPath, '-e', program], environment: { EXTRA: 'yes' } };
}

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
});
