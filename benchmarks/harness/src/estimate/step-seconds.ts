import { median } from 'simple-statistics';
import type { Evidence, TimedRun } from './evidence.ts';
import { sameImage, type RunWork } from './run-work.ts';

/** Where the seconds of a training step come from. */
export type StepSource =
  'step costs measured on this machine' | 'earlier runs on this machine' | 'a few steps taken now';

export interface StepSeconds {
  readonly seconds: number;
  readonly source: StepSource;
}

/** A step of some batch size took so long. */
interface Point {
  readonly batchSize: number;
  readonly latentSize: number;
  readonly seconds: number;
}

/**
 * Seconds of one training step on a host: from the costs that were measured there, else from the runs, else from steps
 * taken for this estimate. Null where there is none of the method on this backend and image shape.
 */
export function stepSeconds(work: RunWork, evidence: Evidence, host: string): StepSeconds | null {
  const sources: [StepSource, readonly Point[]][] = [
    ['step costs measured on this machine', costPoints(work, evidence, host)],
    ['earlier runs on this machine', runPoints(work, evidence, host)],
    ['a few steps taken now', evidence.steps.filter((step) => isOf(step, step.methodKey, work))],
  ];
  for (const [source, points] of sources) {
    const seconds = secondsAt(work, points);
    if (seconds !== null) return { seconds, source };
  }
  return null;
}

function isOf(
  { backend, image }: Pick<RunWork, 'backend' | 'image'>,
  methodKey: string,
  work: RunWork,
): boolean {
  return methodKey === work.methodKey && backend === work.backend && sameImage(image, work.image);
}

/** Costs name method and loss network without their options, as reports join them. Measured with cached features where runs cache them. */
function costPoints(work: RunWork, { costs }: Evidence, host: string): Point[] {
  const own = costs.filter(
    (cost) =>
      cost.host === host &&
      cost.method === work.method.name &&
      cost.lossNetwork === work.lossNetwork &&
      cost.backend.name === work.backend &&
      sameImage(cost.image, work.image),
  );
  const wanted = work.cachedImages > 0 ? 'cached' : 'computed';
  const fitting = own.filter(({ targets }) => targets === wanted || targets === 'none');
  return (fitting.length > 0 ? fitting : own).map(({ batchSize, latentSize, msPerStep }) => ({
    batchSize,
    latentSize,
    seconds: msPerStep / 1000,
  }));
}

function runPoints(work: RunWork, { runs }: Evidence, host: string): Point[] {
  return runs.flatMap((run) => {
    const seconds = trainedStep(run);
    if (run.host !== host || seconds === null || !isOf(run.work, run.work.methodKey, work)) return [];
    return [{ batchSize: run.work.batchSize, latentSize: run.work.latentSize, seconds }];
  });
}

/** Mean seconds of a stored run's steps; null where it took none. */
export function trainedStep({ epochs, work, phases }: TimedRun): number | null {
  const steps = epochs * work.stepsPerEpoch;
  return steps > 0 && phases['train'] ? phases['train'] / steps : null;
}

/**
 * The median at the same batch size, of the nearest latent size. Otherwise a line through what was measured at other
 * batch sizes: a step's fixed part (the optimiser's update) and its images. From one batch size alone, by images.
 */
function secondsAt({ batchSize, latentSize }: RunWork, points: readonly Point[]): number | null {
  if (points.length === 0) return null;
  const nearest = Math.min(...points.map((point) => Math.abs(point.latentSize - latentSize)));
  const own = points.filter((point) => Math.abs(point.latentSize - latentSize) === nearest);
  const sizes = [...new Set(own.map((point) => point.batchSize))].sort((a, b) => a - b);
  const at = (size: number) =>
    median(own.filter((point) => point.batchSize === size).map((point) => point.seconds));
  if (sizes.includes(batchSize)) return at(batchSize);
  const [least, most] = [sizes[0]!, sizes.at(-1)!];
  if (least === most) return (at(most) * batchSize) / most;
  const slope = (at(most) - at(least)) / (most - least);
  // Noise may turn the line over; then by images.
  if (slope <= 0) return (at(most) * batchSize) / most;
  return Math.max(at(most) + slope * (batchSize - most), (at(least) * batchSize) / most);
}
