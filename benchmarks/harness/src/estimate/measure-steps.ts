import { setTimeout as wait } from 'node:timers/promises';
import { UnavailableError } from '@paretrain/core';
import { median } from 'simple-statistics';
import type { CostCell } from '../cost/cell.ts';
import { Lane } from '../cost/lane.ts';
import { withMeasurementLock, type MeasurementLockOptions } from '../cost/measurement-lock.ts';
import type { RunFolders } from '../run/messages.ts';
import type { MeasuredStep } from './measured-step.ts';

export interface MeasureStepsOptions {
  readonly folders: RunFolders;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** Longest time for one cell, in seconds. Default: 90. */
  readonly timeLimit?: number;
  readonly lock?: Pick<MeasurementLockOptions, 'directory' | 'waitSeconds'>;
}

export interface MeasuredSteps {
  readonly steps: readonly MeasuredStep[];
  /** What could not be measured, and why. */
  readonly notes: readonly string[];
}

/** A cell of a method, named as estimates name it. */
export interface CellToMeasure {
  readonly methodKey: string;
  readonly cell: CostCell;
}

/** Steps after the first, which warms up. */
const STEPS = 3;

/** Largest batch that is tried; a line through the two tells of larger ones. */
const BATCHES = { small: 4, large: 16 } as const;

const TIME_LIMIT = 90;

/**
 * Takes a few training steps of each cell, one process after the other: at the cell's own batch size up to 16, at 4 and
 * 16 images for larger ones. Good for an estimate, not for a cost.
 */
export async function measureSteps(
  cells: readonly CellToMeasure[],
  options: MeasureStepsOptions,
): Promise<MeasuredSteps> {
  const steps: MeasuredStep[] = [];
  const notes: string[] = [];
  const work = async () => {
    for (const { methodKey, cell } of cells) {
      const sizes = cell.batchSize <= BATCHES.large ? [cell.batchSize] : [BATCHES.small, BATCHES.large];
      for (const batchSize of sizes) {
        options.onProgress(`a few steps of ${cell.method.name} on ${cell.backend}, batch ${batchSize}`);
        const step = await measureStep({ methodKey, cell: { ...cell, batchSize } }, options);
        if (typeof step !== 'string') steps.push(step);
        else {
          notes.push(`${cell.method.name} on ${cell.backend} could not be timed: ${step}`);
          break;
        }
      }
    }
  };
  try {
    await withMeasurementLock(work, { waitSeconds: 60, ...options.lock, signal: options.signal });
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    notes.push(error.message);
  }
  return { steps, notes };
}

/** The step, or why there is none. */
async function measureStep(
  { methodKey, cell }: CellToMeasure,
  { folders, signal, timeLimit = TIME_LIMIT }: MeasureStepsOptions,
): Promise<MeasuredStep | string> {
  const lane = new Lane(cell.backend, cell, signal);
  const ended = new AbortController();
  try {
    const take = async () => {
      await lane.open(folders);
      await lane.round(1 + STEPS);
      return 'done' as const;
    };
    const limit = wait(1000 * timeLimit, 'late' as const, { signal: ended.signal });
    if ((await Promise.race([take(), limit])) === 'late') return `no answer within ${timeLimit} s`;
    const { error, opened, rounds } = lane;
    if (error !== null || !opened) return error ?? 'it was not built';
    return {
      methodKey,
      backend: cell.backend,
      image: cell.image,
      batchSize: cell.batchSize,
      latentSize: cell.latentSize,
      seconds: median(rounds.flat().slice(1)) / 1000,
      parameters: opened.parameters,
      peakBytes: opened.peakBytes,
    };
  } finally {
    ended.abort();
    await lane.close();
  }
}
