import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compare } from '../src/measure/compare.ts';
import type { SideCommand } from '../src/measure/side.ts';
import { fakeWorker } from './fake-worker.ts';

const SCHEDULE = { rounds: 2, steps: 3, warmUp: 1, rivalName: 'rival' };

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'paretrain-compare-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A worker whose every process is slower by 10 ms than the one before, and leaves a file in `folder`. */
function slowerEachTime(): SideCommand {
  return fakeWorker(`(() => {
    const { readdirSync, writeFileSync } = require('node:fs');
    const process = readdirSync(${JSON.stringify(folder)}).length + 1;
    writeFileSync(${JSON.stringify(folder)} + '/' + process, '');
    return 10 * process;
  })()`);
}

describe('compare', () => {
  it('is the ratio of times, or of speeds', async () => {
    const sides = { ours: fakeWorker(9), rival: fakeWorker(19), ...SCHEDULE };
    const time = await compare(sides);
    expect(time).toMatchObject({
      figure: { value: 0.5, interval95: [0.5, 0.5] },
      byCpuTime: { value: 1 },
      ours: { name: 'paretrain', value: 10 },
      rival: { name: 'rival', value: 20 },
    });
    expect((await compare({ ...sides, of: 'speed' })).figure.value).toBe(2);
  });

  it('pools the rounds of several pairs of processes', async () => {
    const measured = await compare({
      ours: slowerEachTime(),
      rival: fakeWorker(21),
      ...SCHEDULE,
      pairs: 3,
    });
    expect(readdirSync(folder)).toHaveLength(3);
    // Medians of three steps: 11, 21, 31, by 22.
    expect(measured.details!['rounds']).toMatchObject({ ours: { wall: [11, 11, 21, 21, 31, 31] } });
    expect(measured.figure.value).toBe(21 / 22);
  });
});
