import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Packs the package in `directory` with the pnpm that started this script (`npm_execpath`), else the one on PATH, and
 * gives the tarball's path in `destination`.
 */
export function packPackage(directory, destination) {
  const execPath = process.env.npm_execpath ?? '';
  const command = /pnpm[^/\\]*$/.test(execPath) ? execPath : 'pnpm';
  const args = ['pack', '--pack-destination', destination];
  const options = { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] };
  if (/\.[cm]?js$/.test(command)) execFileSync(process.execPath, [command, ...args], options);
  else execFileSync(command, args, { ...options, shell: process.platform === 'win32' });
  const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
}
