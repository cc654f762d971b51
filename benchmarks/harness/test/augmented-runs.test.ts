import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunResult } from '@paretrain/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killGroup, makeSandbox, until, type Sandbox } from './support/paretrain.ts';
import { writeTinyMnist } from './support/tiny-mnist.ts';

const SUITE = 'pseudo-labelling';

let shared: Sandbox;
let data: string;
const sandboxes: Sandbox[] = [];
const fresh = async () => {
  const sandbox = await makeSandbox(join(shared.directory, 'cache'));
  sandboxes.push(sandbox);
  return sandbox;
};
beforeAll(async () => {
  shared = await makeSandbox();
  sandboxes.push(shared);
  data = join(shared.directory, 'data');
  await writeTinyMnist(data, 40, 20);
});
afterAll(() => Promise.all(sandboxes.map((sandbox) => sandbox.remove())));

const tiny = (sandbox: Sandbox, ...more: string[]) => [
  'bench',
  SUITE,
  '--profile=smoke',
  '--methods=PL-AE',
  '--latent-sizes=20',
  '--set=dataset.subset={"size":20,"splits":["pretrain","train","test"]}',
  '--no-cost',
  `--data-dir=${data}`,
  `--out=${sandbox.results}`,
  '--json',
  ...more,
];

async function benchOf(sandbox: Sandbox, ...more: string[]): Promise<RunResult[]> {
  const { code, stdout, stderr } = await sandbox.run(tiny(sandbox, ...more));
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout).runs as RunResult[];
}

describe('runs on randomly transformed images', { timeout: 180_000 }, () => {
  it('take the augmentation of the suite, of --augmentation or of --set; each has an id of its own', async () => {
    const sandbox = await fresh();
    const [usual] = await benchOf(sandbox);
    expect(usual!.settings.augmentation).toMatchObject({
      name: 'policy',
      options: { tiles: { rows: 2, columns: 2 } },
    });
    const { stdout } = await sandbox.run(tiny(sandbox, '--augmentation=vertical-flip', '--list'));
    expect(JSON.parse(stdout)).toMatchObject({
      // The references (untrained, PCA) have their results.
      toDo: 1,
      runs: [
        { augmentation: 'vertical-flip', augmentationOptions: { probability: 0.5 } },
        { reference: true },
        { reference: true },
      ],
    });
    const [cropped] = await benchOf(sandbox, '--set=augmentation.sequences=[["crop"]]');
    expect(cropped!.id).not.toBe(usual!.id);
    expect(cropped!.metrics).not.toEqual(usual!.metrics);
    const wrong = await sandbox.run(tiny(sandbox, '--set=augmentation.sequences=[["crops"]]'));
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/augmentation 'policy': option 'sequences.0.0': .*valid: .*crop/);
    const unused = await sandbox.run(tiny(sandbox, '--methods=I-I-PW', '--set=augmentation.degrees=3'));
    expect(unused.code).toBe(2);
    expect(unused.stderr).toMatch(/augmentation option/);
  });

  it('are looked at after every epoch, and go on after SIGKILL to the same curve', async () => {
    const [whole, broken] = [await fresh(), await fresh()];
    const more = ['--set=training.epochs=3'];
    const [expected] = await benchOf(whole, ...more);
    const curve = expected!.curves!['linear-svm.accuracy']!;
    expect(curve).toHaveLength(3);
    expect(expected!.metrics['linear-svm.accuracy']).toBe(curve[2]);
    expect(expected!.metrics['linear-svm.bestAccuracy']).toBe(Math.max(...curve));
    const started = broken.start(tiny(broken, ...more));
    const folder = join(broken.results, SUITE);
    await until(async () => {
      const [run] = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith('PL-AE'));
      const history = run ? await readFile(join(folder, run, 'history.jsonl'), 'utf8').catch(() => '') : '';
      return history.includes('\n');
    });
    killGroup(started);
    await started.ended;
    const [received] = await benchOf(broken, ...more);
    expect(received!.id).toBe(expected!.id);
    expect(received!.curves).toEqual(expected!.curves);
    expect(received!.metrics).toEqual(expected!.metrics);
  });
});
