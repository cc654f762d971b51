import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { UnavailableError } from '@paretrain/core';
import type { Tool } from './step.ts';

/** Packages that have each tool. */
const PACKAGES: Readonly<Record<Tool, { readonly debian: string; readonly fedora: string }>> = {
  npm: { debian: 'npm', fedora: 'npm' },
  python3: { debian: 'python3', fedora: 'python3' },
  'python3-venv': { debian: 'python3-venv', fedora: 'python3' },
  make: { debian: 'make', fedora: 'make' },
  'g++': { debian: 'g++', fedora: 'gcc-c++' },
  tar: { debian: 'tar', fedora: 'tar' },
};

/** @throws {UnavailableError} that names every missing tool and the command that installs them */
export async function requireTools(tools: readonly Tool[]): Promise<void> {
  const missing: Tool[] = [];
  for (const tool of new Set(tools)) if (!(await isThere(tool))) missing.push(tool);
  if (!missing.length) return;
  const packages = (system: 'debian' | 'fedora') =>
    [...new Set(missing.map((tool) => PACKAGES[tool][system]))].join(' ');
  throw new UnavailableError(
    `backend 'tensorflow' cannot be installed: missing ${missing.join(', ')}.`,
    `apt-get install ${packages('debian')} (Debian, Ubuntu), dnf install ${packages('fedora')} (Fedora)`,
  );
}

async function isThere(tool: Tool): Promise<boolean> {
  if (tool === 'python3-venv') return succeeds('python3', ['-c', 'import venv, ensurepip']);
  // Make's own rule: what CXX names is the compiler.
  return isOnPath(tool === 'g++' ? (process.env['CXX']?.split(' ')[0] ?? tool) : tool);
}

async function isOnPath(command: string): Promise<boolean> {
  for (const folder of command.includes('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter)) {
    try {
      await access(join(folder, command), constants.X_OK);
      return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(command, args);
    return true;
  } catch {
    return false;
  }
}
