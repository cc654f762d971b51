import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, InstallationError, UnavailableError, throwIfAborted } from '@paretrain/core';
import { lookAtTensorflow } from '../availability.ts';
import { describeTfjsNode } from '../find-tfjs-node.ts';
import { bindingStep } from './build-binding.ts';
import { libraryFiles } from './given-library.ts';
import { installationDirectory, type Journal } from './journal.ts';
import { officialBindingStep, officialLibraryStep } from './official-library.ts';
import { environmentFiles, packageFiles } from './python-environment.ts';
import {
  SITE,
  downloadWheelStep,
  tidyWheelStep,
  unpackGivenWheelStep,
  unpackWheelsStep,
} from './python-wheel.ts';
import type { InstallRequest } from './request.ts';
import { MEGABYTE, type Step } from './step.ts';
import { packageFolder, packageName, tfjsNodeStep } from './tfjs-node-package.ts';

/** How a request is carried out. */
export interface Recipe {
  /** Folder of tfjs-node, below the installation's. */
  readonly packageFolder: string;
  readonly steps: readonly Step[];
}

/**
 * The steps of a request. Paths that it names are looked at, and the official download's server is asked for its size.
 * @throws {ConfigurationError} on a wrong path @throws {UnavailableError} on a wrong platform, or without a network
 */
export async function recipeFor(
  request: InstallRequest,
  journal: Journal | null,
  signal?: AbortSignal,
): Promise<Recipe> {
  const { gpu, library, wheel } = request;
  const official = library === undefined && wheel === false;
  const name = packageName(official && gpu);
  const folder = packageFolder(name);
  const last = checkStep(folder);
  if (official) {
    const done = journal?.done.includes('library') ?? false;
    return {
      packageFolder: folder,
      steps: [
        tfjsNodeStep(name),
        await officialLibraryStep(folder, gpu, done, signal),
        officialBindingStep(folder, gpu),
        last,
      ],
    };
  }
  requireCompilable();
  const unpacked = (directory: string) => packageFiles('the unpacked wheel', join(directory, SITE));
  if (wheel === true) {
    return {
      packageFolder: folder,
      steps: [
        tfjsNodeStep(name),
        downloadWheelStep(gpu),
        unpackWheelsStep(gpu),
        bindingStep(folder, async (directory) => unpacked(directory)),
        tidyWheelStep(),
        last,
      ],
    };
  }
  if (typeof wheel === 'string' && wheel.endsWith('.whl')) {
    if (!existsSync(wheel)) throw new ConfigurationError(`--wheel '${wheel}': does not exist`);
    return {
      packageFolder: folder,
      steps: [
        tfjsNodeStep(name),
        unpackGivenWheelStep(wheel),
        bindingStep(folder, async (directory) => unpacked(directory)),
        tidyWheelStep(),
        last,
      ],
    };
  }
  const files = library === undefined ? await environmentFiles(wheel as string) : libraryFiles(library);
  return { packageFolder: folder, steps: [tfjsNodeStep(name), bindingStep(folder, async () => files), last] };
}

function requireCompilable(): void {
  if (process.platform !== 'linux') {
    throw new UnavailableError(
      `backend 'tensorflow': the binding is compiled on Linux only, this is ${process.platform}.`,
      'paretrain backends install tensorflow, without --library and --wheel',
    );
  }
  const directory = installationDirectory();
  // gyp writes paths into its Makefile as they are.
  if (/\s/.test(directory)) {
    throw new UnavailableError(
      `backend 'tensorflow': nothing can be compiled in '${directory}', whose path has spaces.`,
      'let PARETRAIN_CACHE_DIR name another folder',
    );
  }
}

function checkStep(folder: string): Step {
  return {
    name: 'check',
    description: 'load it and differentiate a convolution',
    downloads: [],
    diskBytes: MEGABYTE,
    tools: [],
    async run({ directory, signal, outcome }) {
      const found = describeTfjsNode(join(directory, folder), 'installation');
      const availability = await lookAtTensorflow({ device: 'auto' }, { found, signal });
      throwIfAborted(signal);
      if (!availability.available) throw new InstallationError(availability.reason!);
      outcome.availability = availability;
    },
  };
}
