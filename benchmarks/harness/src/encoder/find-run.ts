import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigurationError, DataError, UnknownNameError, nearestName } from '@paretrain/core';
import { listSuites, paths, readResult, type RunResult } from '@paretrain/store';
import { commandLine } from '../output/command-line.ts';

/** A run of a results folder. */
export interface FoundRun {
  /** Folder with the results of all suites. */
  readonly results: string;
  readonly result: RunResult;
}

/** As many are listed where a prefix fits several. */
const MOST_LISTED = 8;

/**
 * The stored run that a word means: its folder, its id, or how its id and no other's begins.
 * @param results folder in which ids are looked for
 * @throws {UnknownNameError} with the nearest id @throws {ConfigurationError} where several fit
 * @throws {DataError} where there are no runs, or its result is damaged
 */
export async function findRun(word: string, results: string): Promise<FoundRun> {
  const folder = resolve(word);
  if (existsSync(join(folder, 'result.json'))) {
    return read(dirname(dirname(folder)), basename(dirname(folder)), basename(folder));
  }
  const runs = await storedRuns(results);
  const exact = runs.filter(({ id }) => id === word);
  const fitting = exact.length > 0 ? exact : runs.filter(({ id }) => word !== '' && id.startsWith(word));
  const [found, ...others] = fitting;
  if (!found && word !== '' && (await isFolder(folder))) throw new DataError(await noRunText(word, folder));
  if (!found && runs.length === 0) {
    throw new DataError(
      `no runs in '${results}'; name the folder with --results DIR, or make runs with: ${commandLine('bench')}`,
    );
  }
  if (!found) {
    const ids = runs.map(({ id }) => id);
    throw new UnknownNameError('run', word, ids, nearestRun(word, ids));
  }
  if (others.length > 0) {
    const listed = listText(fitting.map(({ suite, id }) => paths.run(results, suite, id)));
    throw new ConfigurationError(
      `run: received '${word}', with which ${fitting.length} runs begin: ${listed}; valid: more of the id, or the folder`,
    );
  }
  return read(results, found.suite, found.id);
}

function listText(items: readonly string[]): string {
  const more = items.length > MOST_LISTED ? ` and ${items.length - MOST_LISTED} more` : '';
  return `${items.slice(0, MOST_LISTED).join(', ')}${more}`;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Of a folder that is no run's: which runs are in it, as those of a suite or of several. */
async function noRunText(word: string, folder: string): Promise<string> {
  const ofSuite = (await readdir(folder)).sort().filter((id) => existsSync(join(folder, id, 'result.json')));
  const below = await storedRuns(folder);
  const runs = [
    ...ofSuite.map((id) => join(word, id)),
    ...below.map(({ suite, id }) => join(word, suite, id)),
  ];
  const inIt = runs.length > 0 ? `; runs in it: ${listText(runs)}` : '';
  return `folder '${word}' is no run: it has no result.json${inIt}`;
}

/** A word of a few letters is compared with how ids begin. */
function nearestRun(word: string, ids: readonly string[]): string | undefined {
  const begins = (id: string) => id.slice(0, word.length);
  const nearest = nearestName(word, ids.map(begins));
  return ids.find((id) => begins(id) === nearest);
}

async function read(results: string, suite: string, id: string): Promise<FoundRun> {
  const result = await readResult(results, suite, id);
  if (!result)
    throw new DataError(`${paths.run(results, suite, id)}: no result.json; the run has not finished`);
  return { results, result };
}

async function storedRuns(results: string): Promise<{ readonly suite: string; readonly id: string }[]> {
  const runs: { suite: string; id: string }[] = [];
  for (const suite of await listSuites(results)) {
    // A file among the suites, such as a README, is none.
    const ids = await readdir(join(results, suite)).catch(() => []);
    for (const id of ids.sort()) {
      if (existsSync(paths.result(results, suite, id))) runs.push({ suite, id });
    }
  }
  return runs;
}
