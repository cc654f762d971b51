import { AbortedError, ConfigurationError, DataError } from '@paretrain/core';
import { readResult, writeResult, type RunResult } from '@paretrain/store';
import { ChildEndedError } from '../process/fork.ts';
import { blankResult } from './blank-result.ts';
import { diskErrorCode } from './disk-errors.ts';
import type { ReadyRun, RunFolders, RunProgress } from './messages.ts';
import { RunLane } from './run-lane.ts';

/** What became of a run. */
export type RunOutcome =
  /** It had a result already. */
  'kept' | 'done' | 'failed';

export interface ScheduleListener {
  started(run: ReadyRun): void;
  progress(run: ReadyRun, progress: RunProgress): void;
  finished(run: ReadyRun, result: RunResult, outcome: RunOutcome): void;
  notice(text: string): void;
}

export interface ScheduleOptions {
  readonly folders: RunFolders;
  /** Processes at a time. */
  readonly workers: number;
  /** Repeat runs that have a result. */
  readonly force: boolean;
  readonly signal: AbortSignal;
  readonly listener: ScheduleListener;
}

/**
 * Does every run that has no result in processes apart, `workers` at a time; one that fails does not stop the others. Gives the results in the order of the plan.
 * @throws {AbortedError} when stopped; what is finished is stored, what was under way goes on from its checkpoint
 */
export async function scheduleRuns(
  runs: readonly ReadyRun[],
  options: ScheduleOptions,
): Promise<RunResult[]> {
  const { force, listener, signal, workers } = options;
  const results = new Map<string, RunResult>();
  const missing: ReadyRun[] = [];
  for (const run of runs) {
    const stored = force ? null : await storedResult(run, options);
    if (stored && !stored.failure) {
      results.set(run.id, stored);
      listener.finished(run, stored, 'kept');
    } else {
      missing.push(run);
    }
  }
  // Seed by seed, so that what is finished early already compares all methods.
  missing.sort((a, b) => a.planned.seed - b.planned.seed);
  const takeNext = async (): Promise<void> => {
    const lane = new RunLane();
    try {
      for (let run = missing.shift(); run; run = missing.shift()) {
        if (signal.aborted) return;
        listener.started(run);
        const result = await doRun(run, lane, options);
        results.set(run.id, result);
        listener.finished(run, result, result.failure ? 'failed' : 'done');
      }
    } catch (error) {
      // Not this run's failure alone: no other one is begun.
      missing.length = 0;
      throw error;
    } finally {
      await lane.close();
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: workers }, takeNext));
  if (signal.aborted) throw new AbortedError();
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  return runs.map((run) => results.get(run.id)!);
}

/** A readable result of an earlier bench; a damaged one is named and will be redone. */
export async function storedResult(
  run: ReadyRun,
  { folders, listener }: Pick<ScheduleOptions, 'folders'> & { listener: Pick<ScheduleListener, 'notice'> },
): Promise<RunResult | null> {
  try {
    return await readResult(folders.results, run.planned.suite, run.id);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    listener.notice(`${error.message}; the run is done again`);
    return null;
  }
}

async function doRun(run: ReadyRun, lane: RunLane, options: ScheduleOptions): Promise<RunResult> {
  const { folders, force, listener, signal } = options;
  const started = performance.now();
  try {
    return await lane.do({ run, folders, force }, signal, (event) => {
      if ('notice' in event) listener.notice(event.notice);
      else listener.progress(run, event.progress);
    });
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    const disk = diskErrorCode(error as Error);
    if (disk) {
      throw new ConfigurationError(
        `--out: the disk of '${folders.results}' takes no more (${disk}); finished runs are stored: make room and give ` +
          'the same command again',
        { cause: error },
      );
    }
    const crashed = error instanceof ChildEndedError;
    const { name, message } = error as Error;
    const result: RunResult = {
      ...(await blankResult(run)),
      timings: { total: (performance.now() - started) / 1000 },
      failure: { phase: crashed ? 'process' : 'store', message, error: name },
    };
    await writeResult(folders.results, result);
    return result;
  }
}
