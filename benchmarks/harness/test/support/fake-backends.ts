import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = (name: string) =>
  fileURLToPath(new URL(`../../../../packages/${name}/src/index.ts`, import.meta.url));
const CORE = source('core');

/** A workspace with backend plugins of its own. */
export interface FakeWorkspace {
  readonly root: string;
  remove(): Promise<void>;
}

/** What a fake backend's module runs first, and what its probe gives. */
export interface FakeBackend {
  readonly name: string;
  /** Statements at the top of the module. */
  readonly top?: string;
  /** Body of `probe()`; default: a usable graphics device. */
  readonly probe?: string;
}

export const availability = (changes: object): string =>
  `return ${JSON.stringify({
    available: true,
    device: 'Example GPU',
    software: false,
    versions: { example: '1.2.3' },
    simd: null,
    threads: null,
    reason: null,
    fix: null,
    ...changes,
  })};`;

/** The WASM backend under another name, as a graphics device of its own. */
export const wasmTwin = (name: string, device: string): FakeBackend => ({
  name,
  top: `import { wasm } from ${JSON.stringify(source('backend-wasm'))};`,
  probe: `const found = await wasm.activate({}); return { ...found, device: '${device}', threads: null };`,
});

/** Writes a package for each backend, with an `activate` that starts nothing. */
export async function fakeWorkspace(backends: readonly FakeBackend[]): Promise<FakeWorkspace> {
  const root = await mkdtemp(join(tmpdir(), 'paretrain-backends-'));
  await writeFile(join(root, 'pnpm-workspace.yaml'), 'packages:\n  - plugins/*\n');
  await writeFile(join(root, 'package.json'), '{"name":"mine"}');
  for (const { name, top = '', probe = availability({}) } of backends) {
    const directory = join(root, 'plugins', name);
    await mkdir(directory, { recursive: true });
    const json = {
      name: `fake-${name}`,
      version: '1.0.0',
      exports: './index.ts',
      paretrain: { backend: [name] },
    };
    await writeFile(join(directory, 'package.json'), JSON.stringify(json));
    await writeFile(
      join(directory, 'index.ts'),
      `import { defineBackend } from ${JSON.stringify(CORE)};
       ${top}
       const probe = async () => { ${probe} };
       export const plugin = defineBackend({ name: '${name}', version: '1', description: 'd',
         options: { safeParse: (value) => ({ success: true, data: value }) }, probe, activate: probe });`,
    );
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
