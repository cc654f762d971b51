import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@paretrain/core';
import { withLock } from '@paretrain/core/node';
import { paths, readResult, writeResult, type RunResult } from '@paretrain/store';
import * as tf from '@tensorflow/tfjs';
import { PluginRegistry } from '../registry/registry.ts';
import { executeRun } from './execute-run.ts';
import { CONTINUED_FILE, takeOver } from './take-over.ts';
import type { RunProgress, RunRequest } from './messages.ts';

export interface WorkOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  readonly onNotice: (text: string) => void;
}

/**
 * Does one run and stores its result, holding the run's lock: a second harness on the same folder waits here and then
 * finds the result.
 */
export async function work(request: RunRequest, options: WorkOptions): Promise<RunResult> {
  tf.enableProdMode();
  const { run, folders } = request;
  const { suite } = run.planned;
  const registry = await PluginRegistry.discover(folders.pluginsFrom);
  let waited = false;
  return withLock(
    paths.run(folders.results, suite, run.id),
    async () => {
      if (request.force && !waited) {
        await forget(paths.run(folders.results, suite, run.id));
      } else {
        const stored = await storedResult(folders.results, suite, run.id);
        if (stored && !stored.failure) return stored;
      }
      if (await takeOver(run, folders.results)) {
        options.onNotice(`${run.id} goes on from ${run.continues!.backend}'s checkpoint`);
      }
      const result = await executeRun({ run, folders, registry, ...options });
      await writeResult(folders.results, result);
      return result;
    },
    {
      signal: options.signal,
      onWait: (owner) => {
        waited = true;
        const who = owner === null ? 'another process' : `process ${owner}`;
        options.onProgress({ phase: 'waiting', share: 0, text: `waiting for ${who}, which does this run` });
      },
    },
  );
}

/** Removes what an earlier try of a run left, but not its lock. */
async function forget(directory: string): Promise<void> {
  for (const file of [
    'result.json',
    'history.jsonl',
    'encoder.safetensors',
    'checkpoint.bin',
    CONTINUED_FILE,
  ]) {
    await rm(join(directory, file), { force: true });
  }
}

async function storedResult(root: string, suite: string, id: string): Promise<RunResult | null> {
  try {
    return await readResult(root, suite, id);
  } catch (error) {
    // The scheduler has already told the user about a damaged result; here it only means: do it again.
    if (error instanceof DataError) return null;
    throw error;
  }
}
