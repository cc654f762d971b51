import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDirectory } from '@paretrain/core/node';
import { z } from 'zod';
import { installRequest, type InstallRequest } from './request.ts';

const JOURNAL = 'install.json';

const journalSchema = z.strictObject({
  schemaVersion: z.literal(1),
  request: installRequest,
  /** Names of the steps that are done. */
  done: z.array(z.string()),
  /** Where tfjs-node is, below the installation's folder; null until every step is done. */
  package: z.string().nullable(),
});

/** How far an installation has come. */
export interface Journal {
  readonly request: InstallRequest;
  readonly done: readonly string[];
  readonly package: string | null;
}

/** Everything of an installation is below this folder. */
export function installationDirectory(): string {
  return join(cacheDirectory(), 'backends', 'tensorflow');
}

/** Null where there is none, or none that this version can read. */
export function readJournal(directory = installationDirectory()): Journal | null {
  try {
    return journalSchema.parse(JSON.parse(readFileSync(join(directory, JOURNAL), 'utf8')));
  } catch {
    return null;
  }
}

/** The folder of tfjs-node where an installation has been finished; null elsewhere. */
export function readInstallation(directory = installationDirectory()): string | null {
  const finished = readJournal(directory)?.package;
  return finished ? join(directory, finished) : null;
}

/** Writes it whole or not at all. */
export async function writeJournal(directory: string, journal: Journal): Promise<void> {
  const path = join(directory, JOURNAL);
  await mkdir(directory, { recursive: true });
  await writeFile(`${path}.new`, `${JSON.stringify({ schemaVersion: 1, ...journal }, null, 2)}\n`);
  await rename(`${path}.new`, path);
}
