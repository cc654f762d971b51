import { median } from 'simple-statistics';
import type { Measurement, SideResult } from '../row.ts';
import { alternate, type RoundTimes, type Schedule } from './alternate.ts';
import { ratio } from './estimate.ts';
import { withSides, type Side, type SideCommand } from './side.ts';

export interface Comparison extends Schedule {
  readonly ours: SideCommand;
  readonly rival: SideCommand;
  readonly rivalName: string;
  /** `time`: ours by theirs, lower is better. `speed`: the other way round. Default `time`. */
  readonly of?: 'time' | 'speed';
  /** How many pairs of processes are started, one after the other, for `rounds` rounds each: for figures that differ by the process. Default 1. */
  readonly pairs?: number;
}

/** Two processes, timed in turn on the same core. */
export async function compare(comparison: Comparison): Promise<Measurement> {
  const { rivalName, of = 'time', pairs = 1 } = comparison;
  const ours: Observed[] = [];
  const rivals: Observed[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    await withSides([comparison.ours, comparison.rival], async (our, rival) => {
      const [a, b] = await alternate([our!, rival!], comparison);
      ours.push(observed(our!, a!));
      rivals.push(observed(rival!, b!));
    });
  }
  const figure = (clock: Clock) => {
    const [a, b] = [pooled(ours, clock), pooled(rivals, clock)];
    return of === 'speed' ? ratio(b, a) : ratio(a, b);
  };
  return {
    figure: figure('wall'),
    byCpuTime: figure('cpu'),
    unit: 'ms',
    ours: result('paretrain', ours),
    rival: result(rivalName, rivals),
    details: {
      rounds: { ours: timesOf(ours), rival: timesOf(rivals) },
      ours: ours[0]!.side.info,
      rival: rivals[0]!.side.info,
    },
  };
}

type Clock = keyof RoundTimes;

/** What was seen of one process. */
interface Observed {
  readonly side: Side;
  readonly times: RoundTimes;
  readonly peakBytes: number | null;
}

function observed(side: Side, times: RoundTimes): Observed {
  return { side, times, peakBytes: side.peakMemoryBytes() };
}

/** Rounds of all processes as one list. */
function pooled(processes: readonly Observed[], clock: Clock): number[] {
  return processes.flatMap(({ times }) => times[clock]);
}

function timesOf(processes: readonly Observed[]): RoundTimes {
  return { wall: pooled(processes, 'wall'), cpu: pooled(processes, 'cpu') };
}

function result(name: string, processes: readonly Observed[]): SideResult {
  const peaks = processes.map(({ peakBytes }) => peakBytes).filter((bytes) => bytes !== null);
  return {
    name,
    value: median(pooled(processes, 'wall')),
    peakBytes: peaks.length > 0 ? Math.max(...peaks) : null,
  };
}
