import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { peakMemoryBytes } from '../src/cost/peak-memory.ts';

const MIB = 2 ** 20;
const PRINT = fileURLToPath(new URL('./support/print-peak-memory.ts', import.meta.url));

it('rises by what is held', () => {
  const before = peakMemoryBytes();
  const held = Buffer.alloc(600 * MIB, 1);
  const during = peakMemoryBytes();
  expect(held.length).toBe(600 * MIB);
  expect(during - before).toBeGreaterThan(300 * MIB);
  expect(peakMemoryBytes()).toBeGreaterThanOrEqual(during);
});

it.skipIf(process.platform !== 'linux')("is a process's own, not what its parent held (Linux)", async () => {
  const held = Buffer.alloc(600 * MIB, 1);
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    import.meta.resolve('tsx'),
    PRINT,
  ]);
  expect(held.length).toBe(600 * MIB);
  expect(JSON.parse(stdout).peak).toBeLessThan(300 * MIB);
});
