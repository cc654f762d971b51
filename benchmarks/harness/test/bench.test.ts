import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { mkdir, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '@paretrain/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupLives, killGroup, makeSandbox, until, type Sandbox } from './support/paretrain.ts';

/** Small enough for a few seconds: one method, 24 frames an epoch, no cost phase. */
const TINY = [
  'bench',
  '--profile=smoke',
  '--methods=I-I-PW',
  '--set=dataset.rollouts=1',
  '--set=dataset.steps=30',
  '--set=training.batchSize=8',
  '--no-cost',
];

let shared: Sandbox;
const sandboxes: Sandbox[] = [];
const fresh = async () => {
  const sandbox = await makeSandbox(join(shared.directory, 'cache'));
  sandboxes.push(sandbox);
  return sandbox;
};
beforeAll(async () => {
  shared = await makeSandbox();
  sandboxes.push(shared);
});
afterAll(() => Promise.all(sandboxes.map((sandbox) => sandbox.remove())));

async function resultsOf(
  sandbox: Sandbox,
  method = 'I-I-PW',
): Promise<{ path: string; result: RunResult }[]> {
  const suite = join(sandbox.results, 'feature-prediction');
  const names = (await readdir(suite).catch(() => [])).filter((name) => name.startsWith(method));
  return Promise.all(
    names.map(async (name) => {
      const path = join(suite, name, 'result.json');
      return { path, result: JSON.parse(await readFile(path, 'utf8')) as RunResult };
    }),
  );
}

async function encoderOf(sandbox: Sandbox, method?: string): Promise<Buffer> {
  const { path } = (await resultsOf(sandbox, method))[0]!;
  return readFile(join(path, '..', 'encoder.safetensors'));
}

async function historyOf(sandbox: Sandbox, method?: string): Promise<object[]> {
  const path = (await resultsOf(sandbox, method))[0]!.path;
  const text = await readFile(join(path, '..', 'history.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => {
      // Seconds are measured; everything else must be the same.
      const { seconds: _a, validationSeconds: _b, ...rest } = JSON.parse(line) as Record<string, unknown>;
      return rest;
    });
}

/** Whether this user may mount a file system, which a disk that is truly full takes. */
function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'paretrain-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    process.stderr.write('a full disk is not tested: this user cannot mount a small one\n');
    return false;
  } finally {
    rmdirSync(place);
  }
}

describe('bench', { timeout: 180_000 }, () => {
  it('prints one JSON object whose runs are the planned ones, and keeps results for the next time', async () => {
    const sandbox = await fresh();
    const args = [...TINY, `--out=${sandbox.results}`, '--json'];
    const listed = JSON.parse((await sandbox.run([...args, '--list'])).stdout);
    const first = await sandbox.run(args);
    expect(first.stderr).not.toContain('FAIL');
    expect(first.code).toBe(0);
    const output = JSON.parse(first.stdout);
    const key = (run: { method: unknown; latentSize: number; seed: number }) =>
      `${String(run.method)} ${run.latentSize} ${run.seed}`;
    expect(output.runs.map(key)).toEqual(listed.runs.map(key));
    expect(output.runs.map((run: RunResult) => run.method)).toEqual(['I-I-PW', 'untrained', 'predict-mean']);
    expect(output.ok).toBe(true);
    expect(await readFile(output.report, 'utf8')).toContain('</html>');
    const again = await sandbox.run(args);
    expect(again.stderr.match(/^kept /gm)).toHaveLength(3);
    expect(JSON.parse(again.stdout).runs).toEqual(output.runs);
    const forced = await sandbox.run([...args, '--force']);
    expect(forced.stderr.match(/^done /gm)).toHaveLength(3);
    const repeated = JSON.parse(forced.stdout).runs;
    expect(repeated.map((run: RunResult) => run.metrics)).toEqual(
      output.runs.map((run: RunResult) => run.metrics),
    );
    expect(repeated[0].finishedAt).not.toBe(output.runs[0].finishedAt);
  });

  it('goes on after SIGKILL in mid-run to bitwise the same metrics, history and weights', async () => {
    const [whole, broken] = [await fresh(), await fresh()];
    const args = (sandbox: Sandbox) => [...TINY, '--set=training.epochs=6', `--out=${sandbox.results}`];
    expect((await whole.run(args(whole))).code).toBe(0);
    const started = broken.start(args(broken));
    const suite = join(broken.results, 'feature-prediction');
    await until(async () => {
      const [run] = (await readdir(suite).catch(() => [])).filter((name) => name.startsWith('I-I-PW'));
      const history = run ? await readFile(join(suite, run, 'history.jsonl'), 'utf8').catch(() => '') : '';
      return history.split('\n').length > 2;
    });
    killGroup(started);
    expect((await started.ended).signal).toBe('SIGKILL');
    await expect(resultsOf(broken)).rejects.toThrow('ENOENT');
    expect((await broken.run(args(broken))).code).toBe(0);
    const [a, b] = [(await resultsOf(whole))[0]!.result, (await resultsOf(broken))[0]!.result];
    expect(b.id).toBe(a.id);
    expect(b.metrics).toEqual(a.metrics);
    expect(b.epochs).toEqual(a.epochs);
    expect(await historyOf(broken)).toEqual(await historyOf(whole));
    const [weights, others] = await Promise.all([broken, whole].map((sandbox) => encoderOf(sandbox)));
    expect(weights!.equals(others!)).toBe(true);
  });

  it('gives bitwise the same in a process that has done another run before', async () => {
    const [alone, second] = [await fresh(), await fresh()];
    const bench = (sandbox: Sandbox, methods: string) =>
      sandbox.run([...TINY, `--methods=${methods}`, '--workers=1', `--out=${sandbox.results}`]);
    const [one, two] = await Promise.all([bench(alone, 'I-I-PS'), bench(second, 'I-I-PW,I-I-PS')]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(two.stdout).toMatch(/done {2}I-I-PW[^]*start I-I-PS/);
    const [a, b] = [await resultsOf(alone, 'I-I-PS'), await resultsOf(second, 'I-I-PS')];
    expect(b[0]!.result.metrics).toEqual(a[0]!.result.metrics);
    expect(await historyOf(second, 'I-I-PS')).toEqual(await historyOf(alone, 'I-I-PS'));
    const [weights, others] = await Promise.all([alone, second].map((s) => encoderOf(s, 'I-I-PS')));
    expect(weights!.equals(others!)).toBe(true);
  });

  it('stops on Ctrl-C, says how to go on, and leaves no process behind', async () => {
    const sandbox = await fresh();
    const started = sandbox.start([...TINY, '--set=training.epochs=200', `--out=${sandbox.results}`]);
    const suite = join(sandbox.results, 'feature-prediction');
    await until(async () => (await readdir(suite).catch(() => [])).length > 0);
    started.process.kill('SIGINT');
    const { code, stderr, stdout } = await started.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('stopping');
    expect(stderr).toMatch(/go on from their last epoch with the same command/);
    await until(async () => !groupLives(started), 10);
  });

  it('lets the other runs finish when one fails, tries it again, and exits with 1', async () => {
    const sandbox = await fresh();
    const failing = [
      ...TINY,
      `--out=${sandbox.results}`,
      '--set=method.optimizer={"name":"adam","learningRate":1e30}',
      '--set=training.epochs=3',
    ];
    const first = await sandbox.run(failing);
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/FAIL .*I-I-PW.*failed in train: .*loss.*(NaN|Infinity)/);
    expect(first.stdout.match(/^done /gm)).toHaveLength(2);
    const { result } = (await resultsOf(sandbox))[0]!;
    expect(result.failure).toMatchObject({ phase: 'train', error: 'NonFiniteError' });
    const again = await sandbox.run(failing);
    expect(again.stdout.match(/^start /gm)).toHaveLength(1);
    expect(again.stdout.match(/^kept /gm)).toHaveLength(2);
  });

  it('names a damaged result and does the run again', async () => {
    const sandbox = await fresh();
    const args = [...TINY, `--out=${sandbox.results}`];
    expect((await sandbox.run(args)).code).toBe(0);
    const { path, result } = (await resultsOf(sandbox))[0]!;
    await truncate(path, 300);
    const halfWritten = await sandbox.run(args);
    expect(halfWritten.code).toBe(0);
    expect(halfWritten.stdout).toMatch(/result\.json: damaged or half written.*done again/);
    await writeFile(path, JSON.stringify({ ...result, schemaVersion: 99 }));
    const newer = await sandbox.run(args);
    expect(newer.stdout).toMatch(/schema version 99, this program reads 1/);
    expect((await resultsOf(sandbox))[0]!.result.metrics).toEqual(result.metrics);
  });

  it.skipIf(!canMount())('says in one line that the disk is full (needs to mount a small one)', async () => {
    const sandbox = await fresh();
    const disk = join(sandbox.directory, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    try {
      const { code, stderr } = await sandbox.run([...TINY, `--out=${join(disk, 'results')}`]);
      expect(stderr).toMatch(/^paretrain: --out: the disk of .* takes no more \(ENOSPC\).*\n$/);
      expect(code).toBe(2);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('shares one folder between two harnesses at once', async () => {
    const sandbox = await fresh();
    const args = [...TINY, '--set=training.epochs=4', `--out=${sandbox.results}`];
    const both = await Promise.all([sandbox.run(args), sandbox.run(args)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const results = await resultsOf(sandbox);
    expect(results).toHaveLength(1);
    expect(results[0]!.result.failure).toBeNull();
  });
});
