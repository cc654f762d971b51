import { isDeepStrictEqual } from 'node:util';
import { median } from 'simple-statistics';
import type { Evidence, TimedRun } from './evidence.ts';
import { stepSeconds, trainedStep, type StepSource } from './step-seconds.ts';
import type { RunWork } from './run-work.ts';

/** How long a run is thought to take. */
export interface PredictedRun {
  /** Seconds by phase. */
  readonly phases: Readonly<Record<string, number>>;
  readonly total: number;
  /** Null for a method that takes no steps. */
  readonly source: StepSource | null;
}

/** How much of a phase a run has: steps, images or epochs. */
type Units = (work: RunWork, epochs: number) => number;

interface Phase {
  readonly units: Units;
  /**
   * Seconds of a unit where no run on any machine tells: as a share of a step's seconds by image, or plainly. Medians of
   * the quick runs that are stored with this project.
   */
  readonly perStepImage?: number;
  readonly seconds?: number;
}

const once: Units = () => 1;
/** Images that are seen at the end, or after every epoch. */
const evaluated =
  (after: (work: RunWork) => boolean): Units =>
  (work, epochs) =>
    work.evaluatedImages * (after(work) ? Math.max(1, epochs) : 1);

const PHASES: Readonly<Record<string, Phase>> = {
  build: { units: once, seconds: 0.6 },
  data: { units: once, seconds: 0.1 },
  cache: { units: (work) => work.cachedImages, perStepImage: 0.12 },
  validate: { units: (work, epochs) => epochs * work.validationImages, perStepImage: 0.4 },
  embed: { units: evaluated(({ everyEpoch }) => everyEpoch.length > 0), perStepImage: 0.26 },
};

/** An evaluator, which takes so many seconds for each image of the train and test splits. */
const evaluator = (name: string): Phase => ({
  units: evaluated(({ everyEpoch }) => everyEpoch.includes(name)),
  seconds: 3e-4,
});

/** Writing the checkpoint of an epoch, for each parameter. */
const SECONDS_PER_PARAMETER = 5e-8;

/**
 * How long a run takes on a host, from step costs and from what other runs took for their parts. Each phase has units
 * (steps, images) and a cost of a unit: of runs that did the same there, such as those of other seeds; else of runs of the same method
 * there; else of other methods, in relation to a step, on any machine; else of other methods there; else a stated one. Null where no
 * step was ever measured.
 */
export function predictRun(work: RunWork, evidence: Evidence, host: string): PredictedRun | null {
  const ofMethod = evidence.runs.filter(
    (run) => run.host === host && run.work.backend === work.backend && run.work.methodKey === work.methodKey,
  );
  const alike = ofMethod.filter((run) => isDeepStrictEqual(run.work, work));
  const own = alike.length > 0 ? alike : ofMethod;
  // Whether a method trains shows in its runs; rows to compare with do not, as far as is known.
  const trains = own.length > 0 ? own.some(({ epochs }) => epochs > 0) : !work.reference;
  const step = trains && work.epochs > 0 ? stepSeconds(work, evidence, host) : null;
  if (trains && work.epochs > 0 && !step) return null;
  const epochs = step ? work.epochs : 0;
  const context: Context = {
    work,
    own,
    evidence,
    host,
    stepImage: step ? step.seconds / work.batchSize : null,
  };
  const phases: Record<string, number> = {};
  if (step) {
    phases['train'] =
      epochs *
      work.stepsPerEpoch *
      step.seconds *
      (step.source === 'earlier runs on this machine' ? 1 : ofTraining(context));
  }
  for (const [name, phase] of Object.entries(PHASES))
    phases[name] = phaseSeconds(name, phase, epochs, context);
  for (const { name } of work.evaluators) {
    const phase = `evaluate.${name}`;
    phases[phase] = phaseSeconds(phase, evaluator(name), epochs, context);
  }
  phases['other'] = epochs * checkpointSeconds(context);
  const total = Object.values(phases).reduce((sum, seconds) => sum + seconds, 0);
  return { phases, total, source: step?.source ?? null };
}

interface Context {
  readonly work: RunWork;
  /** Runs that did the same, else those of the same method on the same backend and host. */
  readonly own: readonly TimedRun[];
  readonly evidence: Evidence;
  readonly host: string;
  /** Seconds of a step for each of its images; null for a method that takes none. */
  readonly stepImage: number | null;
}

/** Steps of a run over steps that are measured alone: other runs beside it, data that is read, the engine's warm-up. */
function ofTraining({ own, work, evidence, host }: Context): number {
  const ratios = (runs: readonly TimedRun[]) =>
    runs.flatMap((run) => {
      const [taken, measured] = [
        trainedStep(run),
        stepSeconds(run.work, { ...evidence, runs: [] }, run.host),
      ];
      return taken !== null && measured ? [taken / measured.seconds] : [];
    });
  const others = () => evidence.runs.filter((run) => run.host === host && run.work.backend === work.backend);
  return medianOf(ratios(own)) ?? medianOf(ratios(others())) ?? 1;
}

function phaseSeconds(name: string, { units, ...stated }: Phase, epochs: number, context: Context): number {
  const { work, own, evidence, host, stepImage } = context;
  const count = units(work, epochs);
  if (count === 0) return 0;
  const ofUnit = (run: TimedRun): number[] => {
    const all = units(run.work, run.epochs);
    return all > 0 ? [(run.phases[name] ?? 0) / all] : [];
  };
  const mine = medianOf(own.flatMap(ofUnit));
  if (mine !== null) return count * mine;
  const others = evidence.runs.filter((run) => name in run.phases && run.work.backend === work.backend);
  if (stepImage !== null && stated.perStepImage !== undefined) {
    const ratios = others.flatMap((run) => {
      const step = trainedStep(run);
      return step === null ? [] : ofUnit(run).map((unit) => (unit * run.work.batchSize) / step);
    });
    return count * stepImage * (medianOf(ratios) ?? stated.perStepImage);
  }
  const there = medianOf(others.filter((run) => run.host === host).flatMap(ofUnit));
  return count * (there ?? stated.seconds ?? 0);
}

function checkpointSeconds({ own, evidence, work, host }: Context): number {
  const mine = medianOf(
    own.flatMap((run) => (run.epochs > 0 ? [(run.phases['other'] ?? 0) / run.epochs] : [])),
  );
  if (mine !== null) return mine;
  const rates = evidence.runs.flatMap((run) =>
    run.host === host && run.epochs > 0 && run.parameters > 0
      ? [(run.phases['other'] ?? 0) / run.epochs / run.parameters]
      : [],
  );
  return (parametersOf(work, evidence) ?? 0) * (medianOf(rates) ?? SECONDS_PER_PARAMETER);
}

/** Trained parameters of a method, from whatever has been measured of it. */
export function parametersOf(work: RunWork, { runs, costs, steps }: Evidence): number | null {
  return (
    runs.find((run) => run.work.methodKey === work.methodKey && run.work.latentSize === work.latentSize)
      ?.parameters ??
    steps.find((step) => step.methodKey === work.methodKey)?.parameters ??
    costs.find((cost) => cost.method === work.method.name)?.parameters ??
    null
  );
}

function medianOf(values: readonly number[]): number | null {
  return values.length > 0 ? median([...values]) : null;
}
