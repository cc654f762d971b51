/**
 * Packs the package in the current folder as pnpm publishes it (`publishConfig.exports` applied) and checks the tarball:
 * publint reads its package.json against its files, attw resolves its types. Run by every package's `check:package`.
 * Usage: node ../../scripts/check-package.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackage } from './pack-package.mjs';

/** The file behind a command of a development dependency of the root; called with `node`, so that nothing has to be on PATH. */
function commandOf(name, command) {
  const directory = fileURLToPath(new URL(`../node_modules/${name}/`, import.meta.url));
  const { bin } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  return join(directory, bin[command]);
}

const folder = mkdtempSync(join(tmpdir(), 'paretrain-pack-'));
try {
  const tarball = packPackage(process.cwd(), folder);
  const run = (...args) => execFileSync(process.execPath, args, { stdio: 'inherit' });
  run(commandOf('publint', 'publint'), 'run', tarball, '--strict');
  // ES modules only: a `require` of them gives their ES module from Node 20.19 on.
  run(
    commandOf('@arethetypeswrong/cli', 'attw'),
    tarball,
    '--profile',
    'esm-only',
    '--no-emoji',
    '--no-summary',
  );
} catch (error) {
  // What was wrong is printed already when a command ended with a failure.
  if (error.status === undefined) throw error;
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
