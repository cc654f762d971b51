import { copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKPOINT_FILE } from '@paretrain/core/node';
import { paths } from '@paretrain/store';
import type { ReadyRun } from './messages.ts';

/** Beside a checkpoint that was taken over: the run it comes from. */
export const CONTINUED_FILE = 'continued-from.json';

/**
 * Lets a run begin where the same run stopped on another backend, by copying its checkpoint, which knows nothing of backends. Nothing
 * happens where the run has a checkpoint of its own or the other one has none.
 * @returns whether a checkpoint was taken over
 */
export async function takeOver(run: ReadyRun, results: string): Promise<boolean> {
  if (!run.continues) return false;
  const { suite } = run.planned;
  const directory = paths.run(results, suite, run.id);
  const own = join(directory, CHECKPOINT_FILE);
  const other = join(paths.run(results, suite, run.continues.id), CHECKPOINT_FILE);
  if ((await exists(own)) || !(await exists(other))) return false;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, CONTINUED_FILE), JSON.stringify(run.continues));
  const temporary = `${own}.${process.pid}.tmp`;
  await copyFile(other, temporary);
  await rename(temporary, own);
  return true;
}

/** The run that this folder's run was begun by, or undefined. */
export async function continuedFrom(directory: string): Promise<ReadyRun['continues']> {
  const text = await readFile(join(directory, CONTINUED_FILE), 'utf8').catch(() => null);
  return text === null ? undefined : (JSON.parse(text) as ReadyRun['continues']);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
