import { RngStreams } from '@paretrain/core';
import { iIPw } from '@paretrain/method-autoencoder';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { compare } from '../src/measure/compare.ts';
import { ownWorker } from '../src/measure/workers.ts';
import { inGflops } from '../src/rows/gflops.ts';
import { autoencoderStepFlops } from '../src/workers/step-flops.ts';

describe('workers', () => {
  it('our matrix product and the stock one are timed side by side', { timeout: 120_000 }, async () => {
    const measured = await compare({
      ours: ownWorker('matrix-product', [96, 64, 128, 'own'], 'plain'),
      rival: ownWorker('matrix-product', [96, 64, 128, 'stock']),
      rivalName: 'stock tfjs',
      of: 'speed',
      rounds: 2,
      steps: 1,
      warmUp: 1,
    });
    const rates = inGflops(measured);
    expect(measured.details?.['ours']).toMatchObject({ simd: 'plain', microKernel: '4x8' });
    expect(measured.details?.['rival']).toMatchObject({ kernels: 'stock' });
    expect(rates.unit).toBe('GFLOP/s');
    expect(rates.figure.value).toBeCloseTo(measured.rival.value / measured.ours.value, 6);
    expect(rates.ours.value).toBeGreaterThan(0.1);
    expect(rates.ours.peakBytes === null || rates.ours.peakBytes! > 50e6).toBe(true);
  });

  it('the image autoencoder has 7.362 GFLOP a step at batch 32', async () => {
    await tf.setBackend('cpu');
    const built = iIPw.build({
      options: iIPw.options.parse({}),
      dataset: {
        image: { height: 64, width: 64, channels: 3 },
        target: { kind: 'class', classes: ['one', 'two'] },
      },
      latentSize: 64,
      streams: new RngStreams(0),
    });
    // By hand: 2 a multiply-add; forward and both gradients, but no gradient of the images and none of the second head.
    const encoder = [31 * 31 * 16 * 3 * 32, 14 * 14 * 16 * 32 * 64, 6 * 6 * 16 * 64 * 128, 2 * 2 * 16 * 128 * 256]; // prettier-ignore
    const decoder = [25 * 1024 * 128, 25 * 25 * 128 * 64, 13 * 13 * 36 * 64 * 32, 30 * 30 * 36 * 32 * 3];
    const dense = 1024 * 64;
    const passes = [2, 3, 3, 3]
      .map((n, i) => n * encoder[i]!)
      .concat(
        decoder.map((n) => 3 * n),
        7 * dense,
      );
    const expected = passes.reduce((sum, n) => sum + 2 * 32 * n, 0);
    expect(expected / 1e9).toBeCloseTo(7.362, 3);
    expect(autoencoderStepFlops(built.networks, 32)).toBe(expected);
    built.dispose();
  });
});
