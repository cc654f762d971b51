import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Suite } from '@paretrain/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from './paretrain.ts';

/** What a command says of data that only the user can bring; exit code 2. */
const MISSING = /paretrain data fetch|--data-dir|PARETRAIN_DATA_DIR/;

/** Registers a test for each suite: its smoke profile, whole, as users run it. Suites without their data are named and not run. */
export function testSmoke(suites: readonly Suite[]): void {
  let sandbox: Sandbox;
  beforeAll(async () => (sandbox = await makeSandbox()));
  afterAll(() => sandbox.remove());

  describe('the smoke profile, whole, as users run it', { timeout: 600_000 }, () => {
    it.each(suites)('$name', async ({ name, profiles }) => {
      const out = join(sandbox.results, name);
      const args = ['bench', name, '--profile=smoke', `--out=${out}`, '--json'];
      const { code, stdout, stderr } = await sandbox.run(args);
      if (code === 2 && MISSING.test(stderr)) {
        console.warn(`suite ${name} is not run: ${stderr.trim()}`);
        return;
      }
      expect(code, stderr).toBe(0);
      const { ok, runs, failures } = JSON.parse(stdout);
      expect(ok).toBe(true);
      expect(failures ?? []).toEqual([]);
      const planned = JSON.parse((await sandbox.run([...args, '--list'])).stdout).runs;
      expect(runs).toHaveLength(planned.length);
      for (const run of runs) {
        expect(run.failure, run.id).toBeNull();
        expect(Number.isFinite(run.headline.value), run.id).toBe(true);
        if (!run.reference && profiles.smoke.cost) expect(run.cost, run.id).not.toBeNull();
      }
      await rm(out, { recursive: true });
    });
  });
}

/** Whether a suite's smoke profile generates all of its data. */
export function generatesItsData({ profiles }: Suite): boolean {
  return profiles.smoke.datasets.every(({ name }) => name === 'lunar-lander');
}
