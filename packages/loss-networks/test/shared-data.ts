import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const directory =
  process.env['PARETRAIN_DATA_DIR'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** Folder with users' own downloads; undefined where these files are not in it, with the reason printed. */
export function findData(...files: readonly string[]): string | undefined {
  const missing = files.filter((file) => !existsSync(join(directory, file)));
  if (missing.length === 0) return directory;
  console.info(`skipped: no ${missing.join(', ')} in ${directory} (PARETRAIN_DATA_DIR)`);
  return undefined;
}
