/*
 * Where WebGPU comes from: `navigator.gpu` in browsers (and runtimes that have it), the package `webgpu` (Dawn) in Node.
 */
import { UnavailableError } from '@paretrain/core';
import { packageVersions } from './package-versions.ts';
import { addSoftwareDriver } from './software-driver.ts';

/** What the package `webgpu` exports. It is an optional peer: 51 MB to download, for six platforms. */
interface Dawn {
  /** @param options such as `adapter=NAME` */
  create(options: readonly string[]): GPU;
  /** GPUBuffer, GPUBufferUsage and so on, which browsers have as globals. */
  readonly globals: Readonly<Record<string, unknown>>;
}

/** In a variable, so that bundlers of web pages leave the import alone. */
const DAWN = 'webgpu';

/** Shown wherever Node lacks the package. */
const INSTALL = 'npm install webgpu';

/** Sources of adapters on this machine. */
export interface GpuSource {
  readonly gpu: GPU;
  /**
   * Another source that knows only the adapter of this name; null where the platform cannot say (browsers choose themselves).
   */
  readonly named: ((name: string) => GPU) | null;
  /** Names of all adapters, best known first; null where the platform does not tell. */
  readonly names: (() => Promise<readonly string[]>) | null;
  /** Version of what implements WebGPU, by package. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * This program's WebGPU.
 * @throws {UnavailableError} with the command that installs it, where there is none
 */
export async function findGpu(): Promise<GpuSource> {
  const own = globalThis.navigator?.gpu as GPU | undefined;
  if (own) return { gpu: own, named: null, names: null, versions: {} };
  if (!globalThis.process?.versions?.node) {
    throw new UnavailableError(
      'this browser has no WebGPU (navigator.gpu).',
      'use a browser with WebGPU, on a page served by https or from localhost',
    );
  }
  addSoftwareDriver();
  const dawn = await importDawn();
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  return {
    gpu: dawn.create([]),
    named: (name) => dawn.create([`adapter=${name}`]),
    names: () => adapterNames(dawn),
    versions: packageVersions(['@tensorflow/tfjs-backend-webgpu', DAWN]),
  };
}

async function importDawn(): Promise<Dawn> {
  try {
    return (await import(/* @vite-ignore */ DAWN)) as Dawn;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${DAWN}'`)) {
      throw new UnavailableError(
        "Node has no WebGPU of its own, and the package 'webgpu' is not installed.",
        INSTALL,
      );
    }
    throw new UnavailableError(
      `the package 'webgpu' could not be loaded: ${message.split('\n')[0]}.`,
      `${INSTALL}@latest (on Linux it needs glibc 2.34 or later)`,
    );
  }
}

/** Dawn lists its adapters only in the error for a name that no adapter has: `* backend: 'vulkan', name: 'NVIDIA H100'`. */
async function adapterNames(dawn: Dawn): Promise<readonly string[]> {
  try {
    await dawn.create(['adapter=none of this name']).requestAdapter();
    return [];
  } catch (error) {
    const names = [...(error as Error).message.matchAll(/name: '([^']+)'/g)].map(([, name]) => name!);
    return [...new Set(names)];
  }
}
