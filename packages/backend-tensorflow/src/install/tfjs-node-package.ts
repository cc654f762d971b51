import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MEGABYTE, type Step } from './step.ts';

/** The version whose binding is known to build against current TensorFlow. */
const TFJS_NODE_VERSION = '4.22.0';

/** tfjs packages that tfjs-node imports. */
const TFJS_PACKAGES = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'];

/**
 * Instead of a second TensorFlow.js, tfjs-node gets the one of the program that loads it: one engine, one registry of
 * kernels and gradients, and 100 MB less on disk.
 */
const STAND_IN = `'use strict';
// Stands for the TensorFlow.js of the program that loads tfjs-node: @paretrain/backend-tensorflow puts it here.
const tfjs = globalThis[Symbol.for('paretrain.tfjs')];
if (!tfjs) throw new Error('this copy of tfjs-node belongs to @paretrain/backend-tensorflow: activate that backend');
module.exports = tfjs;
`;

const ROOT = 'package';

/** Name of the npm package for a request. A binding that is built here finds CUDA devices by itself. */
export function packageName(officialGpu: boolean): string {
  return officialGpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
}

/** Folder of the npm package, below the installation's. */
export function packageFolder(name: string): string {
  return join(ROOT, 'node_modules', name);
}

/** The JavaScript of tfjs-node and what it needs, without its install script. */
export function tfjsNodeStep(name: string): Step {
  return {
    name: 'package',
    description: `npm package ${name} ${TFJS_NODE_VERSION}`,
    downloads: [{ what: `npm package ${name} and its dependencies`, bytes: 2 * MEGABYTE }],
    diskBytes: 20 * MEGABYTE,
    tools: ['npm'],
    async run({ directory, run }) {
      const root = join(directory, ROOT);
      await rm(root, { recursive: true, force: true });
      const standIns = TFJS_PACKAGES.map((each) => [each, `file:./stand-in/${each.split('/')[1]}`] as const);
      for (const [each, folder] of standIns) {
        const standIn = join(root, folder.slice('file:'.length));
        await mkdir(standIn, { recursive: true });
        await writeJson(join(standIn, 'package.json'), {
          name: each,
          version: TFJS_NODE_VERSION,
          main: 'index.js',
        });
        await writeFile(join(standIn, 'index.js'), STAND_IN);
      }
      const [tfjs, core] = standIns as [(typeof standIns)[0], (typeof standIns)[0]];
      await writeJson(join(root, 'package.json'), {
        private: true,
        dependencies: { [name]: TFJS_NODE_VERSION, [core[0]]: core[1] },
        overrides: { [tfjs[0]]: tfjs[1] },
      });
      await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
        cwd: root,
      });
    },
  };
}

/** Only one build of the binding is wanted, not one for each version of Node-API that tfjs-node knows. */
export async function keepNewestNodeApi(packageDirectory: string): Promise<void> {
  const path = join(packageDirectory, 'package.json');
  const json = JSON.parse(await readFile(path, 'utf8')) as { binary: { napi_versions: number[] } };
  json.binary.napi_versions = [Math.max(...json.binary.napi_versions)];
  await writeJson(path, json);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
