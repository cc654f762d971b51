import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from '@paretrain/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from './paretrain.ts';
import { writeTinyMnist } from './tiny-mnist.ts';

/** What a command says of data that only the user can bring; exit code 2. */
const MISSING = /paretrain data fetch|--data-dir|PARETRAIN_DATA_DIR/;

/** What a smoke profile may take, with nothing else going on. */
const BAR_SECONDS = 90;
/**
 * Fails only far above the bar: in CI as many packages are tested at a time as there are cores, two files of each, and on the two
 * cores of a small runner each then has a quarter of the time that it has alone. What is really 4 times too slow fails even on an idle
 * machine; the seconds are printed, so that less is seen.
 */
const MOST_SECONDS = 4 * BAR_SECONDS;

/** Registers a test for each suite: its smoke profile, whole, as users run it. Suites without their data are skipped, with the reason. */
export function testSmoke(suites: readonly Suite[]): void {
  let sandbox: Sandbox;
  let digits: string;
  beforeAll(async () => {
    sandbox = await makeSandbox();
    digits = join(sandbox.directory, 'data');
    // As many as the smoke profiles take.
    await writeTinyMnist(digits, 60, 60);
  });
  afterAll(() => sandbox.remove());

  describe('the smoke profile, whole, as users run it', { timeout: 600_000 }, () => {
    it.for(suites.map((suite) => [suite.name, suite] as const))('%s', async ([name, suite], { skip }) => {
      const out = join(sandbox.results, name);
      const data = isOf(suite, ['mnist']) && !hasData('mnist') ? [`--data-dir=${digits}`] : [];
      const args = ['bench', name, '--profile=smoke', `--out=${out}`, '--json', ...data];
      const started = performance.now();
      const { code, stdout, stderr } = await sandbox.run(args);
      const seconds = (performance.now() - started) / 1000;
      const runsAnywhere = isOf(suite, ['lunar-lander', 'mnist']);
      if (code === 2 && MISSING.test(stderr) && !runsAnywhere) {
        const reason = stderr.trim().split('\n').at(-1)!;
        // The default reporter counts what was skipped, and keeps the reason to itself.
        console.warn(`suite ${name} is skipped: ${reason}`);
        skip(reason);
      }
      expect(code, stderr).toBe(0);
      const digitsOf = data.length > 0 ? ', on made-up digits' : '';
      console.info(`${name}: ${seconds.toFixed(1)} s of ${BAR_SECONDS}${digitsOf}`);
      const { ok, runs, failures } = JSON.parse(stdout);
      expect(ok).toBe(true);
      expect(failures ?? []).toEqual([]);
      const planned = JSON.parse((await sandbox.run([...args, '--list'])).stdout).runs;
      expect(runs).toHaveLength(planned.length);
      for (const run of runs) {
        expect(run.failure, run.id).toBeNull();
        expect(Number.isFinite(run.headline.value), run.id).toBe(true);
        if (!run.reference && suite.profiles.smoke.cost) expect(run.cost, run.id).not.toBeNull();
      }
      expect(seconds).toBeLessThan(MOST_SECONDS);
      await rm(out, { recursive: true });
    });
  });
}

/** Whether a suite's smoke profile generates all of its data. */
export function generatesItsData(suite: Suite): boolean {
  return isOf(suite, ['lunar-lander']);
}

/** Whether a suite's smoke profile takes these data sets only. */
function isOf({ profiles }: Suite, names: readonly string[]): boolean {
  return profiles.smoke.datasets.every(({ name }) => names.includes(name));
}

function hasData(folder: string): boolean {
  const data = process.env['PARETRAIN_DATA_DIR'];
  return Boolean(data) && existsSync(join(data!, folder));
}
