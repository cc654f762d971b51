import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUIREMENTS = fileURLToPath(new URL('../../pytorch/requirements.txt', import.meta.url));

/**
 * The Python of an environment that can import torch: the one given, or one that is made once in the user's cache folder from
 * PyPI (on Linux some 5.5 GB, since the wheel brings CUDA).
 * @param onInstall told of the folder before something is installed
 */
export function torchPython(given: string | undefined, onInstall: (folder: string) => void): string {
  const chosen = given ?? process.env['PARETRAIN_TORCH_PYTHON'];
  if (chosen) return chosen;
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const folder = path.join(cache, 'paretrain', 'torch');
  const python =
    process.platform === 'win32' ? path.join(folder, 'Scripts', 'python.exe') : path.join(folder, 'bin', 'python'); // prettier-ignore
  // Written last, so that an installation that was broken off is done again.
  const ready = path.join(folder, 'ready');
  if (existsSync(ready)) return python;
  onInstall(folder);
  // This process's stdout holds the table alone.
  const quiet: ExecFileSyncOptions = { stdio: ['ignore', 2, 2] };
  execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder], quiet);
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '-r', REQUIREMENTS], quiet);
  writeFileSync(ready, '');
  return python;
}
