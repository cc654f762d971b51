import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from '@paretrain/core';
import { fetchFile, sizeOnServer } from '@paretrain/downloads';
import { MEGABYTE, type Step } from './step.ts';

/** The release that tfjs-node 4.22 is made for. */
const LIBTENSORFLOW_VERSION = '2.9.1';

/** Beginning of every address, as in tfjs-node's own script; that script's variable for mirrors is valid here too. */
const ADDRESS = 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-';

/** Builds that exist, by platform and architecture of Node. */
const BUILDS: Readonly<Record<string, { readonly cpu: string; readonly gpu?: string }>> = {
  'linux-x64': { cpu: 'cpu-linux-x86_64', gpu: 'gpu-linux-x86_64' },
  'darwin-x64': { cpu: 'cpu-darwin-x86_64' },
};

const ARCHIVE = 'libtensorflow.tar.gz';

/**
 * Where the official library lies.
 * @throws {UnavailableError} where there is none for this platform
 */
export function officialAddress(gpu: boolean, platform = `${process.platform}-${process.arch}`): string {
  const build = BUILDS[platform]?.[gpu ? 'gpu' : 'cpu'];
  if (!build) {
    throw new UnavailableError(
      `backend 'tensorflow': no official build${gpu ? ' for CUDA devices' : ''} exists for ${platform}.`,
      'paretrain backends install tensorflow --wheel, or --library DIR, on Linux',
    );
  }
  return `${process.env['TFJS_NODE_BASE_URI'] ?? ADDRESS}${build}-${LIBTENSORFLOW_VERSION}.tar.gz`;
}

/**
 * Downloads libtensorflow and unpacks it to where tfjs-node's own script would.
 * @param alreadyDone whether this installation has done it, so that nothing needs to be reached
 * @throws {UnavailableError} where the address cannot be reached
 */
export async function officialLibraryStep(
  packageFolder: string,
  gpu: boolean,
  alreadyDone: boolean,
  signal?: AbortSignal,
): Promise<Step> {
  const address = officialAddress(gpu);
  const bytes = alreadyDone ? 0 : await reach(address, signal);
  return {
    name: 'library',
    description: `libtensorflow ${LIBTENSORFLOW_VERSION}${gpu ? ' for CUDA 11.2' : ''}`,
    downloads: [{ what: address, bytes }],
    // The archive, and what comes out of it, which is some three times as large.
    diskBytes: 4 * bytes,
    tools: ['tar'],
    async run({ directory, say, run, signal }) {
      const archive = join(directory, ARCHIVE);
      await fetchFile(address, archive, {
        signal,
        onBytes: (done, total) => say(`${megabytes(done)} of ${total === null ? '?' : megabytes(total)} MB`),
      });
      const deps = join(directory, packageFolder, 'deps');
      const unfinished = `${deps}.new`;
      for (const folder of [deps, unfinished]) await rm(folder, { recursive: true, force: true });
      await mkdir(unfinished, { recursive: true });
      say('unpacking');
      try {
        await run('tar', ['-xzf', archive, '-C', unfinished]);
      } catch (error) {
        // A damaged archive must not be found again by the next try.
        if (!signal?.aborted) await rm(archive, { force: true });
        throw error;
      }
      await rename(unfinished, deps);
      await rm(archive, { force: true });
    },
  };
}

/** Fetches the binding that tfjs-node offers ready made, or compiles it where there is none, as its own script does. */
export function officialBindingStep(packageFolder: string, gpu: boolean): Step {
  return {
    name: 'binding',
    description: "tfjs-node's binding to libtensorflow",
    downloads: [{ what: "tfjs-node's binding", bytes: MEGABYTE }],
    diskBytes: 30 * MEGABYTE,
    tools: ['npm'],
    async run({ directory, run }) {
      await run('npm', ['exec', '--no', '-c', `node scripts/install.js ${gpu ? 'gpu' : 'cpu'}`], {
        cwd: join(directory, packageFolder),
      });
    },
  };
}

async function reach(address: string, signal: AbortSignal | undefined): Promise<number> {
  try {
    return await sizeOnServer(address, signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new UnavailableError(
      `backend 'tensorflow': the official download cannot be reached: ${(error as Error).message}.`,
      'paretrain backends install tensorflow --wheel, which builds against the Python package of TensorFlow; or --library DIR',
    );
  }
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}
