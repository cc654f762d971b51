import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '@paretrain/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { availability, fakeWorkspace, wasmTwin, type FakeWorkspace } from './support/fake-backends.ts';
import { killGroup, makeSandbox, until, type Sandbox } from './support/paretrain.ts';

const TINY = [
  'bench',
  '--profile=smoke',
  '--methods=I-I-PW',
  '--set=dataset.rollouts=1',
  '--set=dataset.steps=30',
  '--set=training.batchSize=8',
  '--json',
];

let workspace: FakeWorkspace;
let sandbox: Sandbox;
beforeAll(async () => {
  workspace = await fakeWorkspace([
    wasmTwin('twin', 'Example GPU'),
    {
      ...wasmTwin('unmeasured', 'Example GPU'),
      probe: `if (process.argv[1].includes('cost-process')) throw new Error('no timer'); ${wasmTwin('unmeasured', 'x').probe}`,
    },
    { name: 'imitation', probe: availability({ device: 'SwiftShader', software: true }) },
    {
      name: 'refusing',
      probe: availability({ available: false, device: null, reason: 'no device', fix: 'buy one' }),
    },
  ]);
  sandbox = await makeSandbox(undefined, workspace.root);
});
afterAll(async () => {
  await sandbox.remove();
  await workspace.remove();
});

describe('bench --backends', { timeout: 240_000 }, () => {
  it('refuses a named backend that cannot be used, before anything is written', async () => {
    const { code, stderr, stdout } = await sandbox.run([
      ...TINY,
      '--backends=wasm,refusing',
      `--out=${sandbox.results}`,
    ]);
    expect(code).toBe(2);
    expect(stderr).toBe("paretrain: backend 'refusing' cannot be used: no device. Fix: buy one\n");
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    await expect(readdir(sandbox.results)).rejects.toThrow('ENOENT');
  });

  it('lists a matrix of named backends without looking at the machine, and groups as they are here', async () => {
    const named = await sandbox.run([...TINY, '--backends=wasm,refusing', '--list']);
    expect(JSON.parse(named.stdout).backends).toEqual({ names: ['wasm', 'refusing'], leftOut: [] });
    const auto = JSON.parse((await sandbox.run([...TINY, '--backends=auto', '--list'])).stdout);
    expect(auto.backends.names).toEqual(expect.arrayContaining(['wasm', 'twin']));
    expect(auto.backends.names).not.toContain('imitation');
    expect(auto.backends.leftOut.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['imitation', 'refusing']),
    );
  });

  it('runs the full matrix, measures every backend and compares them', async () => {
    const { code, stdout, stderr } = await sandbox.run([
      ...TINY,
      '--backends=wasm,twin',
      `--out=${sandbox.results}`,
    ]);
    expect(stderr).not.toContain('FAIL');
    expect(code).toBe(0);
    const { runs, report } = JSON.parse(stdout) as {
      runs: (RunResult & { cost: { shareOfMatrixProduct: number } | null })[];
      report: string;
    };
    expect(runs.map((run) => `${run.method} ${run.backend.name} ${run.backend.device}`)).toEqual(
      ['I-I-PW', 'untrained', 'predict-mean'].flatMap((method) => [
        `${method} wasm ${runs[0]!.backend.device}`,
        `${method} twin Example GPU`,
      ]),
    );
    const [wasm, twin] = runs.filter(({ method }) => method === 'I-I-PW');
    expect(twin!.metrics).toEqual(wasm!.metrics);
    expect(twin!.id).not.toBe(wasm!.id);
    for (const { cost } of [wasm!, twin!]) expect(cost!.shareOfMatrixProduct).toBeGreaterThan(0);
    const page = await readFile(report, 'utf8');
    expect(page).toContain('On twin, 3 of 3 methods show no difference from wasm');
    expect(await readFile(join(report, '..', 'pareto.svg'), 'utf8')).toContain('I-I-PW (twin)');
  });

  it('is not ok, by exit code and in JSON, where only a cost could not be measured', async () => {
    const { code, stdout, stderr } = await sandbox.run([
      ...TINY,
      '--backends=unmeasured',
      `--out=${join(sandbox.directory, 'unmeasured')}`,
    ]);
    expect(stderr).toMatch(/cost of I-I-PW on unmeasured: .*no timer/);
    expect(code).toBe(1);
    const { ok, runs } = JSON.parse(stdout) as { ok: boolean; runs: RunResult[] };
    expect(ok).toBe(false);
    expect(runs.every(({ failure }) => failure === null)).toBe(true);
  });

  it('continues on another backend what was killed on one, to the same metrics', async () => {
    const broken = await makeSandbox(join(sandbox.directory, 'cache'), workspace.root);
    const whole = await makeSandbox(join(sandbox.directory, 'cache'), workspace.root);
    try {
      const args = (folder: Sandbox, ...more: string[]) => [
        ...TINY,
        '--no-cost',
        '--set=training.epochs=6',
        `--out=${folder.results}`,
        ...more,
      ];
      const started = broken.start(args(broken, '--backends=twin'));
      const suite = join(broken.results, 'feature-prediction');
      await until(async () => {
        const [run] = (await readdir(suite).catch(() => [])).filter((name) => name.startsWith('I-I-PW'));
        const history = run ? await readFile(join(suite, run, 'history.jsonl'), 'utf8').catch(() => '') : '';
        return history.split('\n').length > 2;
      });
      killGroup(started);
      await started.ended;
      const [killed] = (await readdir(suite)).filter((name) => name.startsWith('I-I-PW'));
      const continued = await broken.run(args(broken, '--backends=wasm', '--continue-from=twin'));
      expect(continued.code).toBe(0);
      expect(continued.stderr).toContain("goes on from twin's checkpoint");
      const unbroken = await whole.run(args(whole, '--backends=wasm'));
      const runOf = (stdout: string) =>
        (JSON.parse(stdout).runs as RunResult[]).find(({ method }) => method === 'I-I-PW')!;
      expect(runOf(continued.stdout).continuedFrom).toEqual({ id: killed, backend: 'twin' });
      expect(runOf(continued.stdout).metrics).toEqual(runOf(unbroken.stdout).metrics);
      expect(runOf(unbroken.stdout).continuedFrom).toBeUndefined();
    } finally {
      await broken.remove();
      await whole.remove();
    }
  });

  it('does not know a backend to continue from that does not exist', async () => {
    const { code, stderr } = await sandbox.run([...TINY, '--continue-from=twim']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^paretrain: unknown backend 'twim'; did you mean 'twin'\?.*\n$/);
  });
});
