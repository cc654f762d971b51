import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readInstallation } from './install/journal.ts';
import type { TensorflowOptions } from './options.ts';

/** A copy of `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`. */
export interface TfjsNode {
  readonly name: string;
  readonly version: string;
  readonly directory: string;
  /** `installation`: made by `paretrain backends install tensorflow`; `dependency`: the user's own. */
  readonly origin: 'installation' | 'dependency';
}

const CPU = '@tensorflow/tfjs-node';
const GPU = '@tensorflow/tfjs-node-gpu';

/**
 * The copy to use: what the installer made, before dependencies of the project in the current folder and of this package.
 * The GPU package runs on a processor too, so it is passed over only where the processor is asked for.
 */
export function findTfjsNode(device: TensorflowOptions['device']): TfjsNode | null {
  const installed = readInstallation();
  if (installed) return describeTfjsNode(installed, 'installation');
  const places = [join(process.cwd(), 'package.json'), import.meta.url];
  for (const name of device === 'cpu' ? [CPU, GPU] : [GPU, CPU]) {
    for (const place of places) {
      const directory = resolveDirectory(place, name);
      if (directory) return describeTfjsNode(directory, 'dependency');
    }
  }
  return null;
}

function resolveDirectory(from: string, name: string): string | null {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

/** What is in a folder; null where it is no npm package. */
export function describeTfjsNode(directory: string, origin: TfjsNode['origin']): TfjsNode | null {
  try {
    const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
    };
    return { name, version, directory, origin };
  } catch {
    return null;
  }
}
