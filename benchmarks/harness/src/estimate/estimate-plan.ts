import { DataError, imageSize, trainingSettings, type Split } from '@paretrain/core';
import { canonicalJson } from '@paretrain/store';
import { stepId, type CostCell } from '../cost/cell.ts';
import type { Plan, PlannedRun } from '../plan/plan.ts';
import { estimateError, type EstimateError } from './estimate-error.ts';
import type { Evidence } from './evidence.ts';
import { makespan } from './makespan.ts';
import { peakBytesOf } from './memory.ts';
import { parametersOf, predictRun, type PredictedRun } from './predict-run.ts';
import type { Preparation } from './preparations.ts';
import { workOfPlanned, type RunWork } from './run-work.ts';
import { stepSeconds } from './step-seconds.ts';

/** What a plan will take. */
export interface Estimate {
  /** Wall-clock seconds of everything that is still to do. */
  readonly seconds: number;
  /** The same by part: making the data, all runs with `workers` at a time, measuring costs. */
  readonly phases: { readonly data: number; readonly runs: number; readonly cost: number };
  /** Wall-clock seconds of every run of the plan, stored ones too. */
  readonly allRunsSeconds: number;
  /** What the runs' seconds rest on, in words. */
  readonly basis: string;
  /** Bytes on disk: images, results that stay, and checkpoints of the runs under way. */
  readonly disk: { readonly data: number; readonly results: number; readonly checkpoints: number };
  /** Peak memory of the processes that run at a time; null where none was measured. */
  readonly memoryBytes: number | null;
  /** How far the same estimate is from stored runs. */
  readonly error: EstimateError | null;
  /** What is not in it. */
  readonly notes: readonly string[];
}

export interface EstimateOptions {
  readonly plan: Plan;
  /** Those of the plan's runs that are still to do. */
  readonly runs: readonly PlannedRun[];
  readonly evidence: Evidence;
  /** How long data sets took to be made, as far as it is known. */
  readonly preparations: readonly Preparation[];
  /** Images by split of a run's data, where it is on disk. */
  readonly countsOf?: (run: PlannedRun) => Readonly<Record<Split, number>> | null;
  /** Numbers that a loss network gives for one image of a run, where it is known. */
  readonly featuresOf?: (run: PlannedRun) => number | null;
  readonly host: string;
  readonly workers: number;
  /** Cells whose cost is to be measured after the runs. */
  readonly cells: readonly CostCell[];
  /** Cells that are measured at a time while they are built. */
  readonly cores: number;
}

/** Bytes of a stored run: most have reconstructions, of about 100 kB. */
const RESULT_BYTES = 100e3;
/** Of a run's stored encoder, by parameter of all its networks: half of these at most, four bytes each. */
const ENCODER_BYTES = 4 / 2;
/** What is kept of a parameter in a checkpoint: its value, the best epoch's, and Adam's two. */
const CHECKPOINT_BYTES = 4 * 4;
/** A process of the cost phase starts and builds its networks. */
const OPEN_SECONDS = 3;
/** Steps of a cell beside its rounds: the first, the warm-up's three, counting, and embedding. */
const FURTHER_STEPS = 6;

/** @returns what the plan's runs and cost phase will take on `host`, from measured step costs and earlier runs */
export function estimatePlan(options: EstimateOptions): Estimate {
  const { plan, runs, evidence, host, workers } = options;
  const notes = new Set<string>();
  const all = plan.runs.map((run) => {
    const counts = countsOfRun(run, options);
    const work = counts && workIn(run, counts);
    const predicted = work && predictRun(work, evidence, host);
    return { run, counts, work, predicted, seconds: predicted?.total ?? statedSeconds(plan, run) };
  });
  const estimated = all.filter(({ run }) => runs.includes(run));
  const wallClock = (some: typeof all) =>
    makespan(
      some.map(({ run, seconds }) => ({ seconds, seed: run.seed, backend: run.backend })),
      workers,
    );
  const phases = {
    data: preparationSeconds(options, notes),
    runs: wallClock(estimated),
    cost: costSeconds(options),
  };
  const works = estimated.flatMap(({ run, work }) => (work ? [{ run, work }] : []));
  if (works.length < runs.length) {
    notes.add(
      'how many images a data set has is not known before it is on disk; its runs are estimated from the profile',
    );
  }
  return {
    seconds: phases.data + phases.runs + phases.cost,
    phases,
    allRunsSeconds: wallClock(all),
    basis: basisOf((estimated.length > 0 ? estimated : all).map(({ predicted }) => predicted)),
    disk: {
      data: dataBytes(options),
      results:
        runs.length * RESULT_BYTES +
        works.reduce((sum, { work }) => sum + ENCODER_BYTES * (parametersOf(work, evidence) ?? 0), 0),
      checkpoints: largest(
        works.map(({ work }) => CHECKPOINT_BYTES * (parametersOf(work, evidence) ?? 0)),
        workers,
      ),
    },
    memoryBytes: memoryBytes(works, options),
    error: estimateError({ ...evidence, steps: [] }),
    notes: [...notes],
  };
}

/** Null for data that is too small to train on, as the run itself will say. */
export function workIn(run: PlannedRun, counts: Readonly<Record<Split, number>>): RunWork | null {
  try {
    return workOfPlanned(run, counts);
  } catch (error) {
    if (error instanceof DataError) return null;
    throw error;
  }
}

/** Images of a run's data: as they are on disk, as they were when it was prepared, or as many as there can be. */
export function countsOfRun(
  run: PlannedRun,
  { preparations, countsOf }: Pick<EstimateOptions, 'preparations' | 'countsOf'>,
): Readonly<Record<Split, number>> | null {
  return countsOf?.(run) ?? preparationOf(run, preparations)?.counts ?? run.description.mostImages ?? null;
}

function preparationOf(run: PlannedRun, preparations: readonly Preparation[]): Preparation | undefined {
  const key = canonicalJson(run.dataset);
  return preparations.find(({ dataset }) => canonicalJson(dataset) === key);
}

function basisOf(predicted: readonly (PredictedRun | null)[]): string {
  const sources = predicted.map((run) => (run ? run.source : 'the profile, timed elsewhere'));
  const named = [...new Set(sources)].filter((source) => source !== null);
  return named.length > 0 ? named.join(' and ') : 'earlier runs';
}

/** A run's share of the time that the profile states, by its epochs. */
function statedSeconds({ settings }: Plan, run: PlannedRun): number {
  const { expected } = settings;
  const matrix =
    settings.methods.length * settings.latentSizes.length * settings.seeds * settings.datasets.length;
  const stated = trainingSettings.parse(settings.training).epochs;
  const epochs = stated > 0 ? run.training.epochs / stated : 1;
  return ((expected.seconds * expected.cores) / Math.max(1, matrix)) * epochs;
}

/** Each data set once: nothing where it was prepared before, else as long for an image as the largest that was. */
function preparationSeconds({ runs, preparations, countsOf }: EstimateOptions, notes: Set<string>): number {
  let seconds = 0;
  for (const run of onePerDataset(runs)) {
    if (countsOf?.(run) || preparationOf(run, preparations)) continue;
    const images = total(run.description.mostImages);
    const [known] = preparations
      .filter(({ dataset }) => dataset.name === run.dataset.name)
      .sort((a, b) => b.seconds - a.seconds);
    if (known && images > 0) seconds += (known.seconds / Math.max(1, total(known.counts))) * images;
    else notes.add(`preparing data set ${run.dataset.name} has never been timed here and is left out`);
  }
  return seconds;
}

function dataBytes(options: EstimateOptions): number {
  return onePerDataset(options.runs).reduce(
    (sum, run) => sum + total(countsOfRun(run, options) ?? undefined) * imageSize(run.description.image),
    0,
  );
}

function onePerDataset(runs: readonly PlannedRun[]): PlannedRun[] {
  return [...new Map(runs.map((run) => [canonicalJson(run.dataset), run])).values()];
}

function total(counts: Readonly<Record<Split, number>> | undefined): number {
  return Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
}

/** Building is done on all cores, everything else one cell at a time. */
function costSeconds({ plan, runs, cells, evidence, host, cores, ...counted }: EstimateOptions): number {
  const { cost } = plan.settings;
  if (!cost) return 0;
  const measured = cells.filter(
    (cell) => !evidence.costs.some((known) => known.host === host && known.cell.startsWith(stepId(cell))),
  );
  if (measured.length === 0) return 0;
  const backends = new Set(measured.map(({ backend }) => backend)).size;
  const opening = (OPEN_SECONDS * (measured.length + backends)) / Math.max(1, Math.min(4, cores));
  const steps = measured.reduce((sum, cell) => {
    const run = [...runs, ...plan.runs].find(
      (one) => canonicalJson(one.method) === canonicalJson(cell.method) && one.backend === cell.backend,
    );
    const counts = run && countsOfRun(run, counted);
    const work = run && counts ? workIn(run, counts) : null;
    const step = work && stepSeconds(work, evidence, host);
    return sum + (step?.seconds ?? 0) * (cost.rounds * cost.stepsPerRound + FURTHER_STEPS);
  }, 0);
  return opening + steps;
}

function memoryBytes(
  works: readonly { readonly run: PlannedRun; readonly work: RunWork }[],
  { evidence, workers, featuresOf }: EstimateOptions,
): number | null {
  const peaks = works.flatMap(({ run, work }) => {
    const peak = peakBytesOf(work, evidence);
    const cache = 4 * work.cachedImages * (featuresOf?.(run) ?? 0);
    // A cache that does not fit its limit is not made.
    return peak === null ? [] : [peak + (cache <= run.training.cacheBytes ? cache : 0)];
  });
  return peaks.length > 0 ? largest(peaks, workers) : null;
}

/** The sum of the `count` largest. */
function largest(values: readonly number[], count: number): number {
  return [...values]
    .sort((a, b) => b - a)
    .slice(0, Math.max(1, count))
    .reduce((sum, value) => sum + value, 0);
}
