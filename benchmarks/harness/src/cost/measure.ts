import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { AbortedError, throwIfAborted } from '@paretrain/core';
import { SCHEMA_VERSION, withLock, type CostResult } from '@paretrain/store';
import { describeEnvironment } from '../environment.ts';
import { forkModule, type ForkedModule } from '../process/fork.ts';
import type { RunFolders } from '../run/messages.ts';
import { cellId, type CostCell } from './cell.ts';
import { hostId } from './host.ts';
import { medianInterval, roundsInterval } from './median-interval.ts';
import type { CostRequest, CostResponse } from './messages.ts';

const COST_PROCESS = new URL(
  import.meta.url.endsWith('.ts') ? './cost-process.ts' : './cost-process.js',
  import.meta.url,
);

export interface MeasureOptions {
  readonly folders: RunFolders;
  /** Interleaved rounds: every cell does `stepsPerRound` steps in each. */
  readonly rounds: number;
  readonly stepsPerRound: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, text: string) => void;
}

/** A cell that was measured, or why it could not be. */
export type CellOutcome =
  | { readonly cell: CostCell; readonly result: CostResult; readonly error: null }
  | { readonly cell: CostCell; readonly result: null; readonly error: string };

export interface Measurement {
  readonly outcomes: readonly CellOutcome[];
  /** By backend. */
  readonly matrixProductGflopPerSecond: Readonly<Record<string, number>>;
}

type Opened = Extract<CostResponse, { type: 'opened' }>;

/** A cell's process while it is measured. */
interface Lane {
  readonly name: string;
  readonly cell: CostCell | null;
  readonly backend: string;
  readonly child: ForkedModule<CostRequest, never, CostResponse>;
  opened: Opened | null;
  readonly rounds: number[][];
  finished: Extract<CostResponse, { type: 'finished' }> | null;
  error: string | null;
}

/**
 * Times a training step of every cell: one process per cell, so that peak memory is its own; one working at a time, in
 * interleaved rounds, so that a slow minute of the machine falls on all alike; with the backend's matrix product as one
 * more cell. Holds a lock of this host, so that two measurements never disturb each other. A cell that fails does not
 * stop the others.
 * @throws {AbortedError}
 */
export async function measureCost(cells: readonly CostCell[], options: MeasureOptions): Promise<Measurement> {
  const lock = join(tmpdir(), `paretrain-cost-${userInfo().username}`);
  return withLock(lock, () => measureAlone(cells, options), {
    signal: options.signal,
    onWait: (owner) =>
      options.onProgress(0, 1, `waiting for process ${owner ?? 'of another user'}, which is measuring`),
  });
}

async function measureAlone(cells: readonly CostCell[], options: MeasureOptions): Promise<Measurement> {
  const { rounds, stepsPerRound, signal, onProgress } = options;
  const backends = [...new Set(cells.map((cell) => cell.backend))];
  const lanes: Lane[] = [
    ...backends.map((backend) => openLane(`matrix product on ${backend}`, backend, null)),
    ...cells.map((cell) => openLane(`${cell.method.name} on ${cell.backend}`, cell.backend, cell)),
  ];
  const total = lanes.length * (rounds + 1);
  let done = 0;
  const tell = (lane: Lane, what: string) => onProgress(done++, total, `${lane.name}: ${what}`);
  const abort = () => lanes.forEach((lane) => lane.child.abort());
  signal.addEventListener('abort', abort);
  try {
    for (const lane of lanes) {
      tell(lane, 'warming up');
      await attempt(lane, signal, async () => {
        lane.opened = (await lane.child.request({
          type: 'open',
          pluginsFrom: options.folders.pluginsFrom,
          folders: {
            cacheDirectory: join(options.folders.cache, 'loss-networks'),
            ...(options.folders.data ? { dataDirectory: options.folders.data } : {}),
          },
          backend: lane.backend,
          cell: lane.cell,
        })) as Opened;
      });
    }
    for (let round = 1; round <= rounds; round++) {
      for (const lane of lanes) {
        tell(lane, `round ${round} of ${rounds}`);
        await attempt(lane, signal, async () => {
          const answer = await lane.child.request({ type: 'steps', count: stepsPerRound });
          if (answer.type === 'steps') lane.rounds.push(answer.milliseconds);
        });
      }
    }
    for (const lane of lanes) {
      await attempt(lane, signal, async () => {
        const answer = await lane.child.request({ type: 'finish' });
        if (answer.type === 'finished') lane.finished = answer;
      });
    }
    return await assemble(lanes);
  } finally {
    signal.removeEventListener('abort', abort);
    await Promise.all(lanes.map((lane) => lane.child.close()));
  }
}

function openLane(name: string, backend: string, cell: CostCell | null): Lane {
  return {
    name,
    cell,
    backend,
    child: forkModule(COST_PROCESS),
    opened: null,
    rounds: [],
    finished: null,
    error: null,
  };
}

/** Does a lane's next thing unless it has failed before. */
async function attempt(lane: Lane, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  throwIfAborted(signal);
  if (lane.error !== null) return;
  try {
    await work();
  } catch (error) {
    if (error instanceof AbortedError) throw error;
    lane.error = (error as Error).message;
  }
}

async function assemble(lanes: readonly Lane[]): Promise<Measurement> {
  const rates: Record<string, number> = {};
  for (const lane of lanes) {
    if (lane.cell || !lane.opened || lane.rounds.length === 0) continue;
    rates[lane.backend] = lane.opened.flops / medianInterval(lane.rounds.flat()).median / 1e6;
  }
  const environment = await describeEnvironment();
  const outcomes = lanes
    .filter((lane): lane is Lane & { cell: CostCell } => lane.cell !== null)
    .map((lane): CellOutcome => {
      const { cell, opened, finished } = lane;
      const rate = rates[lane.backend];
      if (lane.error !== null || !opened || !finished || rate === undefined) {
        const error = lane.error ?? `the matrix product of backend '${lane.backend}' could not be measured`;
        return { cell, result: null, error };
      }
      return { cell, result: costOf(lane, opened, finished, rate, environment), error: null };
    });
  return { outcomes, matrixProductGflopPerSecond: rates };
}

function costOf(
  lane: Lane & { cell: CostCell },
  opened: Opened,
  finished: Extract<CostResponse, { type: 'finished' }>,
  rate: number,
  environment: CostResult['environment'],
): CostResult {
  const { cell, rounds } = lane;
  const { median, interval95 } = roundsInterval(rounds);
  // The last, smaller batch of an epoch counts by its share of a batch.
  const stepsPerEpoch = cell.imagesPerEpoch === null ? null : cell.imagesPerEpoch / cell.batchSize;
  const perEpoch = (milliseconds: number) => (milliseconds * stepsPerEpoch!) / 1000;
  const gflopPerSecond = opened.flops / median / 1e6;
  return {
    schemaVersion: SCHEMA_VERSION,
    cell: cellId(cell),
    host: hostId(),
    method: cell.method.name,
    backend: {
      name: cell.backend,
      device: opened.backend.device,
      simd: opened.backend.simd,
      versions: { ...opened.backend.versions },
    },
    batchSize: cell.batchSize,
    latentSize: cell.latentSize,
    image: cell.image,
    lossNetwork: cell.lossNetwork?.name ?? null,
    targets: opened.targets,
    imagesPerEpoch: cell.imagesPerEpoch,
    secondsPerEpoch: stepsPerEpoch === null ? null : perEpoch(median),
    secondsPerEpochInterval95:
      stepsPerEpoch === null ? null : [perEpoch(interval95[0]), perEpoch(interval95[1])],
    msPerStep: median,
    interval95: [...interval95],
    samples: rounds.flat().length,
    gflopPerStep: opened.flops / 1e9,
    gflopPerSecond,
    shareOfMatrixProduct: gflopPerSecond / rate,
    matrixProductGflopPerSecond: rate,
    peakBytes: finished.peakBytes,
    encodeMsPerImage: finished.encodeMsPerImage,
    parameters: opened.parameters,
    environment,
    measuredAt: new Date().toISOString(),
  };
}
