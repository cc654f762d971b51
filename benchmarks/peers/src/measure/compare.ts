import { median } from 'simple-statistics';
import type { Measurement } from '../row.ts';
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
  const [a, b] = [pooled(ours), pooled(rivals)];
  const figure = (clock: 'wall' | 'cpu') =>
    of === 'speed' ? ratio(b[clock], a[clock]) : ratio(a[clock], b[clock]);
  return {
    figure: figure('wall'),
    byCpuTime: figure('cpu'),
    unit: 'ms',
    ours: { name: 'paretrain', value: median(a.wall), peakBytes: peak(ours) },
    rival: { name: rivalName, value: median(b.wall), peakBytes: peak(rivals) },
    details: { rounds: { ours: a, rival: b }, ours: ours[0]!.info, rival: rivals[0]!.info },
  };
}

/** What was seen of one process. */
interface Observed {
  readonly times: RoundTimes;
  readonly info: Side['info'];
  readonly peakBytes: number | null;
}

function observed(side: Side, times: RoundTimes): Observed {
  return { times, info: side.info, peakBytes: side.peakMemoryBytes() };
}

/** Rounds of all processes as one list a clock. */
function pooled(processes: readonly Observed[]): { wall: number[]; cpu: number[] } {
  return {
    wall: processes.flatMap(({ times }) => times.wall),
    cpu: processes.flatMap(({ times }) => times.cpu),
  };
}

/** Most memory that one of the processes held; null where the system does not say. */
function peak(processes: readonly Observed[]): number | null {
  const known = processes.map(({ peakBytes }) => peakBytes).filter((bytes) => bytes !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
