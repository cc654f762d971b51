import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findUpwards } from './registry/discover.ts';

/** Version of this package, as its package.json has it. */
export async function harnessVersion(): Promise<string> {
  const directory = findUpwards(dirname(fileURLToPath(import.meta.url)), 'package.json')!;
  const { version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
