import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigurationError, DataError, UnknownNameError, nearestName } from '@paretrain/core';
import { listSuites, paths, readResult, type RunResult } from '@paretrain/store';

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
  if (runs.length === 0) {
    throw new DataError(
      `no runs in '${results}'; name the folder with --results DIR, or make runs with: pnpm bench`,
    );
  }
  const exact = runs.filter(({ id }) => id === word);
  const fitting = exact.length > 0 ? exact : runs.filter(({ id }) => word !== '' && id.startsWith(word));
  const [found, ...others] = fitting;
  if (!found) {
    const ids = runs.map(({ id }) => id);
    throw new UnknownNameError('run', word, ids, nearestRun(word, ids));
  }
  if (others.length > 0) {
    const listed = fitting.slice(0, MOST_LISTED).map(({ suite, id }) => paths.run(results, suite, id));
    const more = fitting.length > listed.length ? ` and ${fitting.length - listed.length} more` : '';
    throw new ConfigurationError(
      `run: received '${word}', with which ${fitting.length} runs begin: ${listed.join(', ')}${more}; valid: more of the id, or the folder`,
    );
  }
  return read(results, found.suite, found.id);
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
