import os from 'node:os';
import { UnavailableError } from '@paretrain/core';
import { median } from 'simple-statistics';
import { medians } from '../measure/alternate.ts';
import { estimate } from '../measure/estimate.ts';
import { withSides } from '../measure/side.ts';
import { ownWorker } from '../measure/workers.ts';
import type { Row } from '../row.ts';

const STEPS = 5;
/** Processes differ by a hundredth or two, for as long as they live, and the bar is 2.5 % below what two cores can do at best: so many pairs are started. */
const PAIRS = 4;

/** Steps a second of two processes on a core each, by those of one while the other rests. */
export const twoWorkers: Row = {
  id: 'two-workers',
  title: 'I-I-PW steps of two workers by those of one',
  bar: { relation: '>=', value: 1.95 },
  async measure({ rounds }) {
    if (os.cpus().length < 2) {
      throw new UnavailableError('two workers need two cores, this machine has one.', 'use another machine');
    }
    const worker = ownWorker('autoencoder-step', ['I-I-PW', 32, 'computed']);
    const times = {
      aloneA: [] as number[],
      aloneB: [] as number[],
      bothA: [] as number[],
      bothB: [] as number[],
    };
    for (let pair = 0; pair < PAIRS; pair++) {
      await withSides(
        [
          { ...worker, core: 0 },
          { ...worker, core: 1 },
        ],
        async (a, b) => {
          await Promise.all([a!.run(6), b!.run(6)]);
          for (let round = 0; round < rounds; round++) {
            times.aloneA.push(medians(await a!.run(STEPS)).wall);
            const both = await Promise.all([a!.run(STEPS), b!.run(STEPS)]);
            times.bothA.push(medians(both[0]).wall);
            times.bothB.push(medians(both[1]).wall);
            times.aloneB.push(medians(await b!.run(STEPS)).wall);
          }
        },
      );
    }
    // One worker: the mean of the two cores, which need not be equally fast.
    const figure = estimate(
      [times.aloneA, times.aloneB, times.bothA, times.bothB],
      ([aloneA, aloneB, bothA, bothB]) => (1 / bothA! + 1 / bothB!) / ((1 / aloneA! + 1 / aloneB!) / 2),
    );
    const rate = (...milliseconds: number[][]): number =>
      milliseconds.reduce((sum, values) => sum + 1000 / median(values), 0);
    return {
      figure,
      unit: 'steps/s',
      ours: { name: 'two workers', value: rate(times.bothA, times.bothB) },
      rival: { name: 'one', value: rate(times.aloneA, times.aloneB) / 2 },
      details: { rounds: times },
    };
  },
};
