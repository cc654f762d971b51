import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JudgedClaim } from '@paretrain/claims';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSandbox, type Sandbox } from './support/paretrain.ts';

const STORED = fileURLToPath(new URL('../../results/', import.meta.url));

type ListedClaim = JudgedClaim & { readonly suite: string; readonly profile: string };

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await makeSandbox();
  // Costs and the stored runs of one suite, without its later profiles.
  await mkdir(sandbox.results);
  await cp(join(STORED, 'cost'), join(sandbox.results, 'cost'), { recursive: true });
  await cp(join(STORED, 'feature-prediction'), join(sandbox.results, 'feature-prediction'), {
    recursive: true,
  });
});
afterAll(() => sandbox.remove());

async function claims(...args: string[]): Promise<ListedClaim[]> {
  const { code, stdout, stderr } = await sandbox.runHere(['claims', ...args, '--json']);
  expect(code, stderr).toBe(0);
  const { ok, claims: listed } = JSON.parse(stdout);
  expect(ok).toBe(true);
  return listed;
}

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`);

describe('paretrain claims', { timeout: 120_000 }, () => {
  it('lists all claims without any run, each undetermined with the reason', async () => {
    const empty = join(sandbox.directory, 'empty');
    await mkdir(empty);
    const listed = await claims(`--out=${empty}`);
    expect(listed.map(({ id }) => id).sort()).toEqual(
      [...ids('FP', 11), ...ids('PE', 7), ...ids('PL', 8)].sort(),
    );
    for (const { id, verdict, missing, profile } of listed) {
      expect(verdict, id).toBe('undetermined');
      expect(missing.length, id).toBeGreaterThan(0);
      expect(profile, id).toBe('quick');
    }
  });

  it('gives effect and interval where there are runs, and the reason where there are none', async () => {
    const listed = await claims('feature-prediction', '--profile=quick', `--out=${sandbox.results}`);
    expect(listed.map(({ id }) => id)).toEqual(ids('FP', 11));
    for (const { id, suite, profile, verdict, comparisons, missing } of listed) {
      expect([suite, profile], id).toEqual(['feature-prediction', 'quick']);
      for (const { effect, missing: reason } of comparisons) expect(effect ?? reason, id).toBeTruthy();
      if (verdict === 'reproduced') expect(missing, id).toEqual([]);
    }
    const [far] = listed;
    const { effect } = far!.comparisons[0]!;
    expect(effect!.seeds).toBe(3);
    expect(effect!.interval[0]).toBeLessThan(effect!.value);
    expect(effect!.interval[1]).toBeGreaterThan(effect!.value);
    expect(listed.find(({ id }) => id === 'FP3')!.missing.join()).toMatch(/runs on stl-10/);
  });

  it('takes the largest profile that has runs, and says so beside every verdict', async () => {
    const { code, stdout, stderr } = await sandbox.runHere(['claims', `--out=${sandbox.results}`]);
    expect(code, stderr).toBe(0);
    const suites = await readdir(sandbox.results);
    expect(suites).toContain('feature-prediction');
    expect(stdout).toMatch(/^feature-prediction, profile \w+, \d+ runs: \d+ reproduced/m);
    expect(stdout).toMatch(/^FP1 {2}\w+ at \w+: /m);
    expect(stdout).toMatch(/^pseudo-labelling, profile quick, 0 runs: 0 reproduced, 0 contradicted, 7 un/m);
  });

  it('are part of a report, on its page and in its JSON', async () => {
    const { code, stdout, stderr } = await sandbox.runHere([
      ...['report', 'feature-prediction', '--profile=quick', `--out=${sandbox.results}`, '--json'],
    ]);
    expect(code, stderr).toBe(0);
    const { claims: judged, report } = JSON.parse(stdout) as { claims: JudgedClaim[]; report: string };
    const listed = await claims('feature-prediction', '--profile=quick', `--out=${sandbox.results}`);
    expect(listed).toEqual(
      judged.map((claim) => ({ suite: 'feature-prediction', profile: 'quick', ...claim })),
    );
    const page = await readFile(report, 'utf8');
    for (const { id } of judged) expect(page).toContain(`id="claim-${id.toLowerCase()}"`);
    expect(page).toContain('Published and measured');
  });

  it('fails where asked to, when a claim has that verdict', async () => {
    const run = (...args: string[]) =>
      sandbox.runHere([
        'claims',
        'feature-prediction',
        '--profile=quick',
        `--out=${sandbox.results}`,
        ...args,
      ]);
    const listed = await claims('feature-prediction', '--profile=quick', `--out=${sandbox.results}`);
    const contradicted = listed.filter(({ verdict }) => verdict === 'contradicted').map(({ id }) => id);
    expect(contradicted.length).toBeGreaterThan(0);
    const failing = await run('--fail-on=contradicted', '--json');
    expect(failing.code).toBe(1);
    const { ok, claims: all } = JSON.parse(failing.stdout);
    expect(ok).toBe(false);
    expect(all).toEqual(listed);
    expect(failing.stderr).toBe(
      `paretrain: --fail-on contradicted: ${contradicted.map((id) => `${id} contradicted`).join(', ')}\n`,
    );
    expect((await run('--fail-on=contradicted,undetermined')).code).toBe(1);
    const empty = await sandbox.runHere([
      ...['claims', 'feature-prediction', '--fail-on=contradicted', `--out=${join(sandbox.results, 'cost')}`],
    ]);
    expect(empty.code).toBe(0);
    const { code, stderr } = await run('--fail-on=contradict');
    expect(code).toBe(2);
    expect(stderr).toMatch(/verdict of --fail-on 'contradict'; did you mean 'contradicted'\?/);
  });

  it('refuses a results folder that is not there', async () => {
    const { code, stderr } = await sandbox.runHere(['claims', `--out=${join(sandbox.directory, 'resutls')}`]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^paretrain: --out: no folder '.*resutls'; .* make some: npx pnpm@10 bench\n$/);
  });

  it('says of a suite without claims that it has none', async () => {
    const { code, stdout } = await sandbox.runHere(['claims', 'loss-networks', `--out=${sandbox.results}`]);
    expect(code).toBe(0);
    expect(stdout).toBe('loss-networks: this suite has no claims\n');
  });

  it('of a report are those of the largest profile that has runs, or the profiles are named', async () => {
    const out = join(sandbox.directory, 'one-profile');
    const folder = join(STORED, 'feature-prediction');
    for (const id of await readdir(folder)) {
      const { profile } = JSON.parse(await readFile(join(folder, id, 'result.json'), 'utf8'));
      if (profile === 'quick') {
        await cp(join(folder, id), join(out, 'feature-prediction', id), { recursive: true });
      }
    }
    const shown = await sandbox.runHere(['report', `--out=${out}`, '--json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ profile: 'quick' });
    const { code, stderr } = await sandbox.runHere(['report', '--profile=paper', `--out=${out}`]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /no results of suite 'feature-prediction', profile 'paper' in .*, where there are results of quick; run: npx pnpm@10 bench feature-prediction --profile paper --out .*one-profile\n$/,
    );
  });

  it('refuses unknown suites and profiles', async () => {
    for (const [args, message] of [
      [['claims', 'feature-predicton'], /did you mean 'feature-prediction'/],
      [['claims', '--profile', 'quik'], /unknown profile 'quik'; did you mean 'quick'/],
    ] as const) {
      const { code, stderr } = await sandbox.runHere([...args]);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});
