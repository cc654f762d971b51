import { compare } from '../measure/compare.ts';
import { ownWorker } from '../measure/workers.ts';
import type { Row } from '../row.ts';
import { inGflops } from './gflops.ts';

/** How much of our own matrix product's rate a whole training step keeps. */
export const stepRate: Row = {
  id: 'step-rate',
  title: "I-I-PW step's rate by our matrix product's (1024x1024x1024)",
  bar: { relation: '>=', value: 0.8 },
  async measure({ rounds }) {
    const measured = inGflops(
      await compare({
        ours: ownWorker('autoencoder-step', ['I-I-PW', 32, 'computed']),
        rival: ownWorker('matrix-product', [1024, 1024, 1024, 'own']),
        rivalName: 'own product',
        of: 'speed',
        rounds,
        steps: 5,
        warmUp: 6,
      }),
    );
    // A ratio of speeds takes steps of the same work for granted; these have different numbers of operations.
    const { ours, rival } = measured.details as Record<'ours' | 'rival', { gflop: number }>;
    const scale = (ratio: number): number => (ratio * ours.gflop) / rival.gflop;
    const scaled = ({ value, interval95: [low, high] }: typeof measured.figure) => ({
      value: scale(value),
      interval95: [scale(low), scale(high)] as const,
    });
    return {
      ...measured,
      figure: scaled(measured.figure),
      ...(measured.byCpuTime && { byCpuTime: scaled(measured.byCpuTime) }),
    };
  },
};
