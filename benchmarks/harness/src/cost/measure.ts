import { availableParallelism } from 'node:os';
import { ConfigurationError, Rng } from '@paretrain/core';
import type { CostResult } from '@paretrain/store';
import { median } from 'simple-statistics';
import { describeEnvironment } from '../environment.ts';
import type { RunFolders } from '../run/messages.ts';
import { busyCores } from './busy-cores.ts';
import type { CostCell } from './cell.ts';
import { costResultOf, totalFlops } from './cost-result.ts';
import { Lane } from './lane.ts';
import type { FinishedCell } from './messages.ts';
import { withMeasurementLock, type MeasurementLockOptions } from './measurement-lock.ts';
import { MINIMUM_ROUNDS } from './median-interval.ts';

export interface MeasureOptions {
  readonly folders: RunFolders;
  /** Interleaved rounds; at least six are done, because fewer cannot give a 95 % interval. */
  readonly rounds: number;
  /** Steps of every cell in a round. */
  readonly stepsPerRound: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, text: string) => void;
  /** Told when other work on the machine makes the figures uncertain. */
  readonly onNotice?: (text: string) => void;
  /** Bytes of memory that are free for further processes. Default: what the system says. */
  readonly availableMemory?: () => number;
  /** Default: one lock a host and an hour's wait for it. */
  readonly lock?: Pick<MeasurementLockOptions, 'directory' | 'waitSeconds'>;
}

/** A cell that was measured, or why it could not be. */
export type CellOutcome =
  | {
      readonly cell: CostCell;
      readonly result: CostResult;
      /** Where its operations are. */
      readonly operations: Pick<FinishedCell, 'kernels' | 'networks'>;
      readonly error: null;
    }
  | { readonly cell: CostCell; readonly result: null; readonly error: string };

export interface Measurement {
  readonly outcomes: readonly CellOutcome[];
  /** By backend: the median rate of its 1024 x 1024 x 1024 float32 matrix product. */
  readonly matrixProductGflopPerSecond: Readonly<Record<string, number>>;
}

/** Busy cores from which other work disturbs the figures. */
const DISTURBING_LOAD = 0.25;

/**
 * Times a training step of every cell: one process per cell, so that peak memory is its own; one working at a time, in
 * interleaved rounds of changing order, so that a slow minute of the machine falls on all alike; the backend's matrix
 * product as one more cell. Holds a lock of this host, so that two measurements never disturb each other. Where memory
 * is short, the cells are measured in several such groups. A cell that fails does not stop the others.
 * @throws {ConfigurationError} on rounds or steps below 1
 * @throws {UnavailableError} when another measurement does not end
 * @throws {AbortedError}
 */
export async function measureCost(cells: readonly CostCell[], options: MeasureOptions): Promise<Measurement> {
  for (const name of ['rounds', 'stepsPerRound'] as const) {
    if (Number.isInteger(options[name]) && options[name] >= 1) continue;
    throw new ConfigurationError(`cost ${name}: received ${options[name]}, valid: an integer from 1`);
  }
  return withMeasurementLock(() => measureAlone(cells, options), {
    ...options.lock,
    signal: options.signal,
    onWait: (owner) =>
      options.onProgress(
        0,
        1,
        `waiting for ${owner === null ? 'another process' : `process ${owner}`} to end measuring`,
      ),
  });
}

async function measureAlone(cells: readonly CostCell[], options: MeasureOptions): Promise<Measurement> {
  const busy = await busyCores();
  if (busy > DISTURBING_LOAD) {
    options.onNotice?.(
      `other work keeps ${busy.toFixed(1)} of the machine's cores busy; the cost of a step will look higher or vary`,
    );
  }
  const environment = await describeEnvironment();
  const backends = new Set(cells.map((cell) => cell.backend));
  const rounds = Math.max(options.rounds, MINIMUM_ROUNDS);
  const progress = new Progress((cells.length + backends.size) * (rounds + 3), options.onProgress);
  const pending = [...cells];
  const outcomes = new Map<CostCell, CellOutcome>();
  const rates = new Map<string, number[]>();
  while (pending.length > 0) {
    const lanes = await measureGroup(pending, { ...options, rounds }, progress);
    const groupRates = new Map(
      lanes
        .filter(({ cell, error }) => !cell && error === null)
        .map((lane) => [lane.backend, matrixRate(lane)]),
    );
    for (const [backend, rate] of groupRates) rates.set(backend, [...(rates.get(backend) ?? []), rate]);
    for (const lane of lanes) {
      if (!lane.cell) continue;
      const rate = groupRates.get(lane.backend);
      outcomes.set(lane.cell, outcomeOf(lane, lane.cell, rate, environment, lanes));
    }
  }
  return {
    outcomes: cells.map((cell) => outcomes.get(cell)!),
    matrixProductGflopPerSecond: Object.fromEntries(
      [...rates].map(([backend, all]) => [backend, median(all)]),
    ),
  };
}

function matrixRate({ finished, rounds }: Lane): number {
  return totalFlops(finished!) / median(rounds.flat()) / 1e6;
}

function outcomeOf(
  lane: Lane,
  cell: CostCell,
  rate: number | undefined,
  environment: CostResult['environment'],
  lanes: readonly Lane[],
): CellOutcome {
  const { opened, finished, rounds } = lane;
  if (lane.error !== null || !opened || !finished) {
    return { cell, result: null, error: lane.error ?? 'was not measured' };
  }
  if (rate === undefined) {
    const reason = lanes.find((other) => !other.cell && other.backend === lane.backend)?.error;
    const error = `the matrix product of backend '${lane.backend}' could not be measured: ${reason ?? 'unknown'}`;
    return { cell, result: null, error };
  }
  const { kernels, networks } = finished;
  const result = costResultOf({ cell, opened, finished, rounds, rate, environment });
  return { cell, result, operations: { kernels, networks }, error: null };
}

/** Takes cells from `pending` while memory lasts and measures them against each other. */
async function measureGroup(
  pending: CostCell[],
  options: MeasureOptions,
  progress: Progress,
): Promise<Lane[]> {
  const { rounds, stepsPerRound, signal } = options;
  const lanes: Lane[] = [];
  const closeAll = () => Promise.all(lanes.map((lane) => lane.close()));
  const stop = () => void closeAll();
  signal.addEventListener('abort', stop);
  try {
    await openLanes(pending, lanes, options, progress);
    for (let round = 1; round <= rounds; round++) {
      // Nobody always follows the same cell, whose last step decides what the processor's caches hold.
      for (const i of Rng.stream(round, 'cost-order').permutation(lanes.length)) {
        const lane = lanes[i]!;
        progress.tell(`${lane.title}: round ${round} of ${rounds}`);
        await lane.round(stepsPerRound);
      }
    }
    for (const lane of lanes) {
      progress.tell(`${lane.title}: encoder and operations`);
      await lane.finish();
    }
    return lanes;
  } finally {
    signal.removeEventListener('abort', stop);
    await closeAll();
  }
}

/** Starts processes and warms them up on all cores, since nothing is timed yet. */
async function openLanes(
  pending: CostCell[],
  lanes: Lane[],
  { folders, signal, availableMemory = () => process.availableMemory() }: MeasureOptions,
  progress: Progress,
): Promise<void> {
  const takeNext = (): Lane | null => {
    const [cell] = pending;
    if (!cell || !hasRoom(lanes, availableMemory())) return null;
    const known = lanes.some((lane) => lane.backend === cell.backend);
    if (known) pending.shift();
    return new Lane(cell.backend, known ? cell : null, signal);
  };
  const work = async () => {
    for (let lane = takeNext(); lane; lane = takeNext()) {
      lanes.push(lane);
      progress.tell(`${lane.title}: building`);
      await lane.open(folders);
      progress.tell(`${lane.title}: warming up`);
      await lane.warmUp();
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
}

/** What a process is taken to need before its first step has shown it: 512 MiB. */
const ASSUMED_BYTES = 2 ** 29;

/** Whether one more process fits, when each that has not shown its size may take twice what the largest took. */
function hasRoom(lanes: readonly Lane[], availableBytes: number): boolean {
  if (lanes.every((lane) => lane.cell === null)) return true;
  const largest = Math.max(ASSUMED_BYTES, ...lanes.map((lane) => lane.opened?.peakBytes ?? 0));
  const unknown = 1 + lanes.filter((lane) => lane.opened === null && lane.error === null).length;
  return availableBytes > 2 * unknown * largest;
}

/** Counts what has been done. */
class Progress {
  #done = 0;
  readonly #total: number;
  readonly #listener: MeasureOptions['onProgress'];

  constructor(total: number, listener: MeasureOptions['onProgress']) {
    this.#total = total;
    this.#listener = listener;
  }

  /** Something begins. */
  tell(text: string): void {
    // Further groups measure the matrix product again, which was not counted.
    this.#listener(Math.min(this.#done++, this.#total), this.#total, text);
  }
}
