import type { CostResult } from '@paretrain/store';
import { cellId, type CostCell } from './cell.ts';

type EpochCost = Pick<
  CostResult,
  'cell' | 'imagesPerEpoch' | 'secondsPerEpoch' | 'secondsPerEpochInterval95'
>;

/**
 * Seconds of an epoch from a step's milliseconds: msPerStep x images / batch size / 1000. The last, smaller batch so
 * counts by its share of a batch; what a step costs whatever its size (the optimiser's update) is missed for it, at
 * most one step in an epoch.
 */
export function epochCost(
  cell: CostCell,
  step: { readonly msPerStep: number; readonly interval95: readonly [number, number] },
): EpochCost {
  const { imagesPerEpoch, batchSize } = cell;
  if (imagesPerEpoch === null) {
    return {
      cell: cellId(cell),
      imagesPerEpoch,
      secondsPerEpoch: null,
      secondsPerEpochInterval95: null,
    };
  }
  const seconds = (milliseconds: number) => (milliseconds * imagesPerEpoch) / batchSize / 1000;
  const [low, high] = step.interval95;
  return {
    cell: cellId(cell),
    imagesPerEpoch,
    secondsPerEpoch: seconds(step.msPerStep),
    secondsPerEpochInterval95: [seconds(low), seconds(high)],
  };
}
