import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '@paretrain/core/node';
import type { RunResult } from '@paretrain/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Answer, type Sandbox } from './support/paretrain.ts';

const sandboxes: Sandbox[] = [];
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
  sandboxes.push(sandbox);
});
afterAll(() => Promise.all(sandboxes.map((each) => each.remove())));

const json = ({ stdout }: Answer) => JSON.parse(stdout);

describe.runIf(process.platform === 'linux')('backends install', { timeout: 60_000 }, () => {
  it('says what it would download, how large that is, and writes nothing', async () => {
    const shown = await sandbox.runHere(['backends', 'install', 'tensorflow', '--wheel', '--dry-run']);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(
      `To be installed in ${join(sandbox.directory, 'cache', 'backends', 'tensorflow')}:`,
    );
    expect(shown.stdout).toMatch(
      /about 274 MB: Python package tensorflow-cpu==[\d.]+\nand needs up to 1\.5 GB of disk/,
    );
    const plan = json(
      await sandbox.runHere(['backends', 'install', 'tensorflow', '--wheel', '--dry-run', '--json']),
    );
    expect(plan).toMatchObject({ ok: true, state: 'absent', downloads: [{ bytes: 2e6 }, { bytes: 274e6 }] });
    expect(json(await sandbox.runHere(['backends', 'uninstall', 'tensorflow', '--json']))).toMatchObject({
      ok: true,
      removed: false,
    });
  });

  it.each([
    [
      ['backends', 'install', 'tensorflow', '--wheel'],
      /This will download about 276 MB\. Add --yes to start it\./,
    ],
    [['backends', 'install', 'tensorflow', '--wheel', '--json'], /Add --yes to start it\./],
    [['backends', 'install', 'wasm'], /backend 'wasm' has nothing to install: it comes with its npm package/],
    [['backends', 'install', 'tensorflw'], /unknown backend 'tensorflw'; did you mean 'tensorflow'\?/],
    [['backends', 'instal', 'tensorflow'], /unknown command 'instal'; did you mean 'install'\?/],
    [
      ['backends', 'install', 'tensorflow', '/some/path'],
      /unexpected argument '\/some\/path'; a path belongs to --wheel/,
    ],
    [
      ['backends', 'install', 'tensorflow', '--library', '/nowhere'],
      /--library '\/nowhere': no tensorflow\/c\/c_api\.h/,
    ],
    [['backends', 'install', 'tensorflow', '--wheel', '/nowhere'], /--wheel '\/nowhere': does not exist/],
    [
      ['backends', 'install', 'tensorflow', '--library', '/nowhere', '--wheel'],
      /backends install tensorflow: .*valid: one of library and wheel/,
    ],
  ])('%j ends with code 2', async (args, message) => {
    const { code, stdout, stderr } = await sandbox.runHere(args as string[]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
    if ((args as string[]).includes('--json')) expect(JSON.parse(stdout).ok).toBe(false);
    else expect(stdout).toBe('');
  });

  it('that fails ends with code 1 and goes on from there; `--undo` removes it', async () => {
    // An npm that fails: the first step.
    const bin = join(sandbox.directory, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'npm'), '#!/bin/sh\necho "npm error no such registry" >&2\nexit 1\n');
    await chmod(join(bin, 'npm'), 0o755);
    const path = process.env['PATH'];
    process.env['PATH'] = `${bin}:${path}`;
    try {
      const failed = await sandbox.runHere([
        'backends',
        'install',
        'tensorflow',
        '--wheel',
        '--yes',
        '--json',
      ]);
      expect(failed.code).toBe(1);
      expect(json(failed)).toMatchObject({ ok: false, error: { code: 'installation' } });
      expect(failed.stderr).toContain('[1/6] npm package @tensorflow/tfjs-node');
      expect(failed.stderr).toMatch(
        /step 'package' failed: npm ended with code 1: npm error no such registry; its output/,
      );
    } finally {
      process.env['PATH'] = path;
    }
    const plan = await sandbox.runHere(['backends', 'install', 'tensorflow', '--wheel', '--dry-run']);
    expect(plan.stdout).toContain('To be finished in');
    const undone = await sandbox.runHere(['backends', 'install', 'tensorflow', '--undo']);
    expect([undone.code, undone.stdout]).toEqual([0, expect.stringContaining('tensorflow: removed')]);
  });

  it('is described', async () => {
    const { stdout } = await sandbox.runHere(['backends', 'install', '--help']);
    for (const flag of ['--gpu', '--library', '--wheel', '--undo', '--dry-run', '--yes']) {
      expect(stdout).toContain(flag);
    }
  });
});

/** Where the tests of backend-tensorflow put it too; in CI it is built on the first use. */
describe('a real TensorFlow', { timeout: 900_000 }, () => {
  it('is installed by the command and trains a preset as WASM does', async (context) => {
    const real = await makeSandbox(cacheDirectory());
    sandboxes.push(real);
    const rows = json(await real.run(['backends', '--json'])).backends as {
      name: string;
      available: boolean;
      reason: string;
    }[];
    const row = rows.find(({ name }) => name === 'tensorflow')!;
    if (!row.available) {
      context.skip(!process.env['CI'], `${row.reason} With CI=1 in the environment this test installs it.`);
      const plan = await real.run(['backends', 'install', 'tensorflow', '--wheel', '--dry-run', '--json']);
      context.skip(plan.code !== 0, plan.stderr);
      const installed = await real.run(['backends', 'install', 'tensorflow', '--wheel', '--yes', '--json']);
      context.skip(
        /ENOTFOUND|EAI_AGAIN|ECONN|network|resolution|Could not find a version/i.test(installed.stdout),
        installed.stdout,
      );
      expect(json(installed)).toMatchObject({ ok: true, backend: { name: 'tensorflow', available: true } });
    }
    const bench = await real.run([
      ...['bench', 'feature-prediction', '--profile=smoke', '--methods=I-I-PW', '--backends=wasm,tensorflow'],
      ...['--set=dataset.rollouts=1', '--set=dataset.steps=60', '--set=training.batchSize=8'],
      ...['--no-cost', '--json', `--out=${real.results}`],
    ]);
    expect(bench.code, bench.stderr).toBe(0);
    const runs = json(bench).runs as RunResult[];
    const on = (name: string) => runs.filter(({ backend }) => backend.name === name);
    expect(on('tensorflow').length).toBeGreaterThan(0);
    expect(on('tensorflow').length).toBe(on('wasm').length);
    for (const run of on('tensorflow')) {
      expect(run.failure).toBeNull();
      expect(run.backend.device).toMatch(/\S/);
      expect(run.backend.versions['tensorflow']).toMatch(/^2\.\d+\.\d+/);
    }
    const trained = (name: string) => on(name).find(({ method }) => method === 'I-I-PW')!;
    const [losses, expected] = await Promise.all(
      ['tensorflow', 'wasm'].map(async (name) => {
        const folder = join(real.results, 'feature-prediction', trained(name).id);
        const lines = (await readFile(join(folder, 'history.jsonl'), 'utf8')).trim().split('\n');
        return lines.flatMap((line) => {
          const { loss, validationLoss } = JSON.parse(line) as Record<'loss' | 'validationLoss', number>;
          return [loss, validationLoss];
        });
      }),
    );
    expect(expected!.length).toBeGreaterThan(1);
    expect(losses!.length).toBe(expected!.length);
    losses!.forEach((loss, i) => expect(Math.abs(loss / expected![i]! - 1)).toBeLessThan(1e-3));
  });
});
