import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keepNewestNodeApi } from './tfjs-node-package.ts';
import { MEGABYTE, type Step } from './step.ts';

/** Headers and shared libraries of TensorFlow's C interface. Absolute paths. */
export interface TensorflowFiles {
  /** Folder that holds `tensorflow/c/c_api.h`. */
  readonly include: string;
  readonly library: string;
  readonly framework: string;
}

/**
 * Compiles tfjs-node's binding against a TensorFlow.
 * @param locate called when the step runs, since an earlier step may fetch the files
 */
export function bindingStep(
  packageFolder: string,
  locate: (directory: string) => Promise<TensorflowFiles>,
): Step {
  return {
    name: 'binding',
    description: "compile tfjs-node's binding to TensorFlow",
    downloads: [],
    diskBytes: 30 * MEGABYTE,
    tools: ['npm', 'python3', 'make', 'g++'],
    async run({ directory, run }) {
      const root = join(directory, packageFolder);
      await linkLibraries(join(root, 'deps'), await locate(directory));
      await keepNewestNodeApi(root);
      await run(
        'npm',
        ['exec', '--no', '--', 'node-pre-gyp', 'rebuild', '--build-from-source', ...(await nodeHeaders())],
        {
          cwd: root,
          env: {
            // TensorFlow's headers need it.
            CXXFLAGS: `${process.env['CXXFLAGS'] ?? ''} -std=c++17`.trim(),
            // Relative to the folder that make runs in.
            LDFLAGS: `${process.env['LDFLAGS'] ?? ''} -L../deps/link`.trim(),
          },
        },
      );
      await rm(join(root, 'build'), { recursive: true, force: true });
    },
  };
}

/**
 * The binding looks for TensorFlow in `deps/lib` when it is loaded. That is a link to TensorFlow's own folder and not a
 * folder of links, because TensorFlow in its turn looks for CUDA's libraries beside the folder that it was found in. The
 * names to link with, `libtensorflow.so` and `libtensorflow_framework.so`, are in a folder of their own.
 */
async function linkLibraries(deps: string, { include, library, framework }: TensorflowFiles): Promise<void> {
  await rm(deps, { recursive: true, force: true });
  await mkdir(join(deps, 'link'), { recursive: true });
  await symlink(include, join(deps, 'include'));
  await symlink(dirname(library), join(deps, 'lib'));
  await symlink(library, join(deps, 'link', 'libtensorflow.so'));
  await symlink(framework, join(deps, 'link', 'libtensorflow_framework.so'));
}

/** Node's headers where they came with this Node; otherwise node-gyp downloads them, some 10 MB. */
async function nodeHeaders(): Promise<string[]> {
  const prefix = dirname(dirname(process.execPath));
  const version = join(prefix, 'include', 'node', 'node_version.h');
  if (!existsSync(version)) return [];
  const header = await readFile(version, 'utf8');
  const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(header)?.[1],
  );
  return numbers.join('.') === process.versions.node ? [`--nodedir=${prefix}`] : [];
}
