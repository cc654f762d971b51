import { median } from 'simple-statistics';
import type { Side, StepTime } from './side.ts';

/** How often and how long two sides are timed. */
export interface Schedule {
  readonly rounds: number;
  /** Steps of each side in a round, so that a round lasts about a second. */
  readonly steps: number;
  /** Steps of each side that are not timed: WASM tiers up during the first ones, PyTorch picks its kernels. */
  readonly warmUp: number;
}

/** Median milliseconds of a step, round by round. */
export type RoundTimes = Readonly<Record<'wall' | 'cpu', readonly number[]>>;

/** Times sides in turn, so that whatever the machine does meets all of them. */
export async function alternate(sides: readonly Side[], schedule: Schedule): Promise<RoundTimes[]> {
  for (const side of sides) await side.run(schedule.warmUp);
  const rounds: StepTime[][] = sides.map(() => []);
  for (let round = 0; round < schedule.rounds; round++) {
    for (const [i, side] of sides.entries()) rounds[i]!.push(medians(await side.run(schedule.steps)));
  }
  return rounds.map(byClock);
}

/** The median step by each clock. */
export function medians(times: readonly StepTime[]): StepTime {
  return { wall: median(times.map(({ wall }) => wall)), cpu: median(times.map(({ cpu }) => cpu)) };
}

/** Rounds as one list a clock. */
function byClock(rounds: readonly StepTime[]): RoundTimes {
  return { wall: rounds.map(({ wall }) => wall), cpu: rounds.map(({ cpu }) => cpu) };
}
