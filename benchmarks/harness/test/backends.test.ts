import { spawn } from 'node:child_process';
import { UnavailableError, UnknownNameError } from '@paretrain/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackendProbes, type BackendRow } from '../src/backends/backend-probes.ts';
import { selectBackends } from '../src/backends/select-backends.ts';
import { PluginRegistry } from '../src/registry/registry.ts';
import { availability, fakeWorkspace, type FakeWorkspace } from './support/fake-backends.ts';
import { BIN } from './support/paretrain.ts';

let workspace: FakeWorkspace;
let registry: PluginRegistry;
let probes: BackendProbes;
beforeAll(async () => {
  workspace = await fakeWorkspace([
    { name: 'example-gpu' },
    { name: 'example-cpu', probe: availability({ device: 'Example CPU', threads: 8 }) },
    { name: 'imitation', probe: availability({ device: 'SwiftShader', software: true }) },
    {
      name: 'refusing',
      probe: availability({ available: false, device: null, reason: 'no device', fix: 'buy one' }),
    },
    { name: 'broken-import', top: 'throw new Error("libexample.so: cannot open\\n shared object");' },
    { name: 'throwing', probe: 'throw new Error("the driver said no");' },
    { name: 'crashing', probe: 'process.kill(process.pid, "SIGSEGV"); await new Promise(() => {});' },
    { name: 'senseless', probe: 'return undefined;' },
  ]);
  registry = await PluginRegistry.discover(workspace.root);
  probes = new BackendProbes(registry, { pluginsFrom: workspace.root });
});
afterAll(() => workspace.remove());

const mended = (row: BackendRow) => {
  expect(row.available).toBe(false);
  expect(row.reason).toMatch(/\S/);
  expect(row.reason).not.toContain('\n');
  expect(row.fix).toMatch(/\S/);
  return row;
};

describe('probes of backends', { timeout: 120_000 }, () => {
  it('tell what a usable backend is made of', async () => {
    expect(await probes.probe('wasm')).toMatchObject({ available: true, software: false, reason: null });
    expect(await probes.probe('example-gpu')).toEqual({
      name: 'example-gpu',
      available: true,
      device: 'Example GPU',
      version: 'example 1.2.3',
      versions: { example: '1.2.3' },
      simd: null,
      threads: null,
      software: false,
      reason: null,
      fix: null,
    });
  });

  it('hand on why one cannot be used', async () => {
    expect(await probes.probe('refusing')).toMatchObject({
      available: false,
      reason: 'no device',
      fix: 'buy one',
    });
  });

  it.each([
    ['broken-import', /libexample\.so: cannot open \| shared object/, /install fake-broken-import again/],
    ['throwing', /the driver said no/, /install fake-throwing again/],
    ['crashing', /its probe crashed: the process was ended by SIGSEGV/, /install fake-crashing again/],
    ['senseless', /no valid answer/, /fake-senseless 1\.0\.0/],
  ])('survive a backend that is %s', async (name, reason, fix) => {
    const row = mended(await probes.probe(name));
    expect(row.reason).toMatch(reason);
    expect(row.fix).toMatch(fix);
    expect(row.version).toBe(`fake-${name} 1.0.0`);
  });

  it('end one that hangs, and its process', async () => {
    const hanging = await fakeWorkspace([
      { name: 'hanging', probe: 'await new Promise((resolve) => setTimeout(resolve, 1e6));' },
    ]);
    const found = await PluginRegistry.discover(hanging.root);
    const impatient = new BackendProbes(found, { pluginsFrom: hanging.root, timeLimit: 4 });
    const started = performance.now();
    expect(mended(await impatient.probe('hanging')).reason).toMatch(/no answer within 4 s/);
    expect(performance.now() - started).toBeLessThan(20_000);
    await hanging.remove();
  });

  it('show backends of this project whose packages are missing', async () => {
    const none = new BackendProbes(new PluginRegistry([]), { pluginsFrom: workspace.root });
    const rows = await none.all();
    expect(rows.map(({ name }) => name)).toEqual(['wasm', 'webgpu', 'tensorflow']);
    for (const row of rows) {
      expect(mended(row).reason).toBe(`@paretrain/backend-${row.name} is not installed`);
      expect(row.fix).toContain(`npm install @paretrain/backend-${row.name}`);
      expect(row.version).toBeNull();
    }
  });
});

describe('--backends', { timeout: 120_000 }, () => {
  const select = async (...wanted: string[]) => (await selectBackends(wanted, willing)).backends;
  let willing: BackendProbes;
  beforeAll(async () => {
    // Without those that hang or crash, so that `all` is quick.
    const names = ['example-gpu', 'example-cpu', 'imitation', 'refusing'];
    const packages = ['wasm', ...names].map((name) => registry.packageOf('backend', name));
    willing = new BackendProbes(new PluginRegistry(packages), { pluginsFrom: workspace.root });
  });

  it('takes names in their order, each once', async () => {
    expect(await select('example-gpu', 'wasm', 'example-gpu')).toEqual(['example-gpu', 'wasm']);
    expect((await selectBackends(['example-gpu', 'wasm'], willing)).devices.get('example-gpu')).toBe(
      'Example GPU',
    );
  });

  it('auto: WASM and real graphics devices', async () => {
    const { backends, leftOut } = await selectBackends(['auto'], willing);
    expect(backends).toEqual(['wasm', 'example-gpu']);
    const why = Object.fromEntries(leftOut.map(({ name, reason }) => [name, reason]));
    expect(why['example-cpu']).toMatch(/computes on the processor \(Example CPU\)/);
    expect(why['imitation']).toMatch(/imitated by the processor \(SwiftShader\)/);
    expect(why['refusing']).toBe('no device. Fix: buy one');
    expect(why['webgpu']).toMatch(/is not installed\. Fix: npm install/);
  });

  it('all: whatever can be used, imitated devices only where they are named', async () => {
    expect(await select('all')).toEqual(['wasm', 'example-cpu', 'example-gpu']);
    expect(await select('all', 'imitation')).toEqual(['wasm', 'example-cpu', 'example-gpu', 'imitation']);
    expect(await select('imitation')).toEqual(['imitation']);
  });

  it('refuses a named backend that cannot be used, with its fix, and unknown ones', async () => {
    await expect(select('wasm', 'refusing')).rejects.toThrow(UnavailableError);
    await expect(select('wasm', 'refusing')).rejects.toThrow(
      "backend 'refusing' cannot be used: no device. Fix: buy one",
    );
    await expect(select('all', 'example-gup')).rejects.toThrow(UnknownNameError);
    await expect(select('al')).rejects.toThrow(/did you mean 'all'\?/);
  });

  it('refuses groups that hold nothing', async () => {
    const none = new BackendProbes(new PluginRegistry([]), { pluginsFrom: workspace.root });
    await expect(selectBackends(['auto'], none)).rejects.toThrow(/none can be used here/);
  });
});

it('paretrain backends is not taken down by any of them', { timeout: 180_000 }, async () => {
  const { code, stdout } = await new Promise<{ code: number | null; stdout: string }>((resolve) => {
    const child = spawn(process.execPath, [BIN, 'backends', '--json'], { cwd: workspace.root });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('close', (exit) => resolve({ code: exit, stdout: text }));
  });
  expect(code).toBe(0);
  const rows: BackendRow[] = JSON.parse(stdout).backends;
  const usable = rows.filter(({ available }) => available).map(({ name }) => name);
  expect(usable).toEqual(expect.arrayContaining(['wasm', 'example-gpu', 'example-cpu', 'imitation']));
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(
      expect.arrayContaining([
        'name',
        'available',
        'device',
        'version',
        'simd',
        'threads',
        'software',
        'reason',
        'fix',
      ]),
    );
    if (!row.available) mended(row);
  }
});
