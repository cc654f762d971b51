import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '@paretrain/core';
import type { TensorflowFiles } from './build-binding.ts';
import { tensorflowFiles } from './given-library.ts';

/** The files of TensorFlow in `site-packages`, or any folder that a wheel was unpacked to. */
export function packageFiles(what: string, site: string): TensorflowFiles {
  const tensorflow = join(site, 'tensorflow');
  return tensorflowFiles(what, join(tensorflow, 'include'), tensorflow);
}

/**
 * The files of the TensorFlow in a Python environment.
 * @param path an environment (venv, conda), its interpreter, or `site-packages`
 * @throws {ConfigurationError} where there is no TensorFlow
 */
export async function environmentFiles(path: string): Promise<TensorflowFiles> {
  const what = `--wheel '${path}'`;
  if (!existsSync(path)) throw new ConfigurationError(`${what}: does not exist`);
  if (statSync(path).isFile()) return packageFiles(what, await siteOfInterpreter(what, path));
  if (existsSync(join(path, 'tensorflow'))) return packageFiles(what, path);
  for (const site of sitesOfEnvironment(path)) {
    if (existsSync(join(site, 'tensorflow'))) return packageFiles(what, site);
  }
  throw new ConfigurationError(
    `${what}: no TensorFlow there; valid: a Python environment with TensorFlow, its interpreter, its site-packages, or a .whl file`,
  );
}

function sitesOfEnvironment(directory: string): string[] {
  return ['lib', 'lib64']
    .map((name) => join(directory, name))
    .filter((lib) => existsSync(lib))
    .flatMap((lib) =>
      readdirSync(lib)
        .filter((name) => /^python3/.test(name))
        .map((name) => join(lib, name, 'site-packages')),
    );
}

/** Asks where TensorFlow is without importing it, which takes seconds. */
async function siteOfInterpreter(what: string, interpreter: string): Promise<string> {
  const script =
    'import importlib.util, os; s = importlib.util.find_spec("tensorflow"); ' +
    'print(os.path.dirname(s.submodule_search_locations[0]) if s else "")';
  const { stdout } = await promisify(execFile)(interpreter, ['-c', script]).catch((error: Error) => {
    throw new ConfigurationError(
      `${what}: is not a Python interpreter (${error.message.split('\n')[0]}); valid: one, an environment, or a .whl file`,
    );
  });
  if (!stdout.trim()) throw new ConfigurationError(`${what}: this Python has no TensorFlow`);
  return stdout.trim();
}
