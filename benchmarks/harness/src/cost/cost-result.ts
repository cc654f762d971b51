import { SCHEMA_VERSION, type CostResult } from '@paretrain/store';
import type { CostCell } from './cell.ts';
import { epochCost } from './epoch-cost.ts';
import { hostId } from './host.ts';
import { roundsInterval } from './median-interval.ts';
import type { FinishedCell, OpenedCell } from './messages.ts';

export interface MeasuredCell {
  readonly cell: CostCell;
  readonly opened: OpenedCell;
  readonly finished: FinishedCell;
  /** Milliseconds of the steps, round by round. */
  readonly rounds: readonly (readonly number[])[];
  /** GFLOP/s of the backend's matrix product, measured in the same rounds. */
  readonly rate: number;
  readonly environment: CostResult['environment'];
}

/** What is stored of a measured cell. */
export function costResultOf(measured: MeasuredCell): CostResult {
  const { cell, opened, finished, rounds, rate, environment } = measured;
  const { median: msPerStep, interval95 } = roundsInterval(rounds);
  const encoding = finished.encodeMsPerImage;
  const flops = totalFlops(finished);
  const gflopPerSecond = flops / msPerStep / 1e6;
  const { device, simd, versions } = opened.backend;
  return {
    schemaVersion: SCHEMA_VERSION,
    host: hostId(),
    method: cell.method.name,
    backend: { name: cell.backend, device, simd, versions: { ...versions } },
    batchSize: cell.batchSize,
    latentSize: cell.latentSize,
    image: cell.image,
    lossNetwork: cell.lossNetwork?.name ?? null,
    ...(cell.lossNetwork ? { lossNetworkOptions: cell.lossNetwork.options } : {}),
    targets: opened.targets,
    ...epochCost(cell, { msPerStep, interval95 }),
    msPerStep,
    interval95: [...interval95],
    samples: rounds.flat().length,
    gflopPerStep: flops / 1e9,
    gflopPerSecond,
    shareOfMatrixProduct: gflopPerSecond / rate,
    matrixProductGflopPerSecond: rate,
    peakBytes: finished.peakBytes,
    encodeMsPerImage: encoding?.median ?? null,
    ...(encoding ? { encodeMsPerImageInterval95: [...encoding.interval95] } : {}),
    ...(cell.augmentation ? { augmentation: cell.augmentation } : {}),
    ...(finished.augmentationMsPerStep === null
      ? {}
      : { augmentationMsPerStep: finished.augmentationMsPerStep }),
    parameters: opened.parameters,
    environment,
    measuredAt: new Date().toISOString(),
  };
}

/** Floating-point operations of a step. */
export function totalFlops({ kernels }: FinishedCell): number {
  return kernels.reduce((sum, { flops }) => sum + flops, 0);
}
