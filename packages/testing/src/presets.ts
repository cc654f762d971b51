import { existsSync, readFileSync } from 'node:fs';
import type { Method } from '@paretrain/core';

/*
 * What lies beside this package, by path: this file is one folder below it, as the build's one file is.
 */

/** The packages of the presets test themselves with this one, so that a dependency on them would be a circle. */
const SOURCES = ['method-autoencoder', 'method-supervised'].map(
  (name) => new URL(`../../${name}/src/index.ts`, import.meta.url),
);

/** Three training steps of a preset as PyTorch does them: a file of packages/method-autoencoder/scripts/make-parity-fixture.py. */
export function readPresetFixture(name: string): Uint8Array {
  return readFileSync(new URL(`../test/fixtures/${name}-batch-2.safetensors`, import.meta.url));
}

/** The methods of this repository's packages; undefined where this package was installed without the repository. */
export async function repositoryPresets(): Promise<Method[] | undefined> {
  if (!SOURCES.every((file) => existsSync(file))) return undefined;
  const modules = await Promise.all(SOURCES.map(({ href }) => import(href) as Promise<object>));
  return modules
    .flatMap((exports) => Object.values(exports).flat() as Partial<Method>[])
    .filter((value): value is Method => value?.kind === 'method');
}
