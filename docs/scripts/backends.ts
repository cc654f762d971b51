/*
 * Writes the capability table of docs/backends.md from the records in docs/parity. With names of backends, such as
 * `wasm webgpu`, it runs their parity suites on this machine first and keeps what they found.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { readRecords, withCapabilities } from './capability-table.ts';

const docs = dirname(dirname(fileURLToPath(import.meta.url)));
const records = join(docs, 'parity');
const page = join(docs, 'backends.md');

for (const backend of process.argv.slice(2)) {
  const cwd = join(docs, '..', 'packages', `backend-${backend}`);
  if (!existsSync(cwd)) throw new Error(`no backend '${backend}': ${cwd} does not exist`);
  const args = ['run', '--config', '../../vitest.shared.ts', '--root', '.', 'test/parity'];
  const env = { PARETRAIN_PARITY_RECORD: records };
  // Failures are part of the record.
  await execa('vitest', args, { cwd, env, preferLocal: true, stdio: 'inherit', reject: false });
}
writeFileSync(page, withCapabilities(readFileSync(page, 'utf8'), readRecords(records)));
