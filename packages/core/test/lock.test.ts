import { fork } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AbortedError } from '../src/index.ts';
import { withLock } from '../src/node/index.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'paretrain-lock-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('withLock', () => {
  it('lets one at a time in, and says that it waits', async () => {
    const order: string[] = [];
    let waited = 0;
    const job = (name: string) =>
      withLock(
        root,
        async () => {
          order.push(`${name} in`);
          await new Promise((resolve) => setTimeout(resolve, 300));
          order.push(`${name} out`);
        },
        { onWait: () => (waited += 1) },
      );
    await Promise.all([job('a'), job('b'), job('c')]);
    expect(order.map((step) => step.split(' ')[1])).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
    expect(waited).toBeGreaterThanOrEqual(2);
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(root, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(root, async () => 'in')).toBe('in');
  });

  it('can be left waiting no longer', async () => {
    const controller = new AbortController();
    await withLock(root, async () => {
      const second = withLock(root, async () => 'never', {
        signal: controller.signal,
        onWait: () => controller.abort(),
      });
      await expect(second).rejects.toThrow(AbortedError);
    });
  });

  it('is taken over at once from a process that was killed', async () => {
    const holder = fork(fileURLToPath(new URL('./hold-lock.ts', import.meta.url)), [root], {
      execArgv: ['--import', 'tsx'],
    });
    await new Promise((resolve) => holder.once('message', resolve));
    expect((await stat(join(root, '.lock'))).isDirectory()).toBe(true);
    const gone = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await gone;
    const started = performance.now();
    await withLock(root, async () => undefined);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
