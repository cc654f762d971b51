import { UnavailableError } from '@paretrain/core';
import { withSides } from '../measure/side.ts';
import { ownWorker, torchWorker } from '../measure/workers.ts';
import type { Row } from '../row.ts';

/** At smaller ones most is what does not depend on the batch: the program, and the workspace that transformed filters need. */
const BATCH_SIZES = [256, 512, 1024] as const;
const STEPS = 3;

/**
 * Whether the peak memory of an I-I-PW step is linear in the batch: bytes an image from batch 512 to 1024, by those from 256 to 512.
 * Above 1 memory grows faster than the batch.
 */
export const memory: Row = {
  id: 'memory',
  title: 'I-I-PW memory an image, batch 512 to 1024 by 256 to 512',
  bar: { relation: '<=', value: 1.1 },
  async measure({ python }) {
    const peaks = { ours: [] as number[], rival: [] as number[] };
    for (const batchSize of BATCH_SIZES) {
      const args = ['I-I-PW', batchSize, 'computed'];
      const commands = [ownWorker('autoencoder-step', args), torchWorker(python(), 'autoencoder_step', args)];
      for (const [i, name] of (['ours', 'rival'] as const).entries()) {
        peaks[name].push(await withSides([commands[i]!], (side) => peakAfterSteps(side!)));
      }
    }
    const linearity = slope(peaks.ours, 1, 2) / slope(peaks.ours, 0, 1);
    const megabytesAnImage = (of: readonly number[]): number => slope(of, 0, 2) / 1e6;
    return {
      figure: { value: linearity, interval95: [linearity, linearity] },
      unit: 'MB/image',
      ours: { name: 'paretrain', value: megabytesAnImage(peaks.ours), peakBytes: peaks.ours.at(-1)! },
      rival: { name: 'PyTorch', value: megabytesAnImage(peaks.rival), peakBytes: peaks.rival.at(-1)! },
      details: { batchSizes: BATCH_SIZES, peakBytes: peaks },
    };
  },
};

async function peakAfterSteps(side: {
  run(n: number): Promise<unknown>;
  peakMemoryBytes(): number | null;
}): Promise<number> {
  await side.run(STEPS);
  const peak = side.peakMemoryBytes();
  if (peak !== null) return peak;
  throw new UnavailableError('this system does not say how much memory a process has held.', 'use Linux');
}

/** Bytes an image between two batch sizes. */
function slope(peaks: readonly number[], from: number, to: number): number {
  return (peaks[to]! - peaks[from]!) / (BATCH_SIZES[to]! - BATCH_SIZES[from]!);
}
