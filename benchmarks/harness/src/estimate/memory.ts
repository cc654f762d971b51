import type { Evidence } from './evidence.ts';
import { sameImage, type RunWork } from './run-work.ts';

/** Node, tfjs and its packages before any network is built, as measured. */
const PROGRAM_BYTES = 190e6;
/** A float each for a parameter's value, gradient and Adam's two moments. */
const BYTES_PER_PARAMETER = 4 * 4;

/** Peak memory of a run's process, without cached features; null where the method was never measured. */
export function peakBytesOf(work: RunWork, { costs, steps }: Evidence): number | null {
  const points = [
    ...costs.filter(
      (cost) =>
        cost.method === work.method.name &&
        cost.lossNetwork === work.lossNetwork &&
        cost.backend.name === work.backend &&
        sameImage(cost.image, work.image),
    ),
    ...steps.filter((step) => step.methodKey === work.methodKey && step.backend === work.backend),
  ];
  const nearest = points.sort(
    (a, b) => distance(a.batchSize, work.batchSize) - distance(b.batchSize, work.batchSize),
  )[0];
  if (!nearest) return null;
  // The rest is what a step holds of its images, and grows with them.
  const fixed = PROGRAM_BYTES + BYTES_PER_PARAMETER * nearest.parameters;
  const ofImages = Math.max(0, nearest.peakBytes - fixed);
  return nearest.peakBytes + ofImages * Math.max(0, work.batchSize / nearest.batchSize - 1);
}

function distance(a: number, b: number): number {
  return Math.abs(Math.log(a / b));
}
