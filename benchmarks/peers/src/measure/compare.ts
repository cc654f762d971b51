import { median } from 'simple-statistics';
import type { Measurement } from '../row.ts';
import { alternate, type Schedule } from './alternate.ts';
import { ratio } from './estimate.ts';
import { withSides, type SideCommand } from './side.ts';

export interface Comparison extends Schedule {
  readonly ours: SideCommand;
  readonly rival: SideCommand;
  readonly rivalName: string;
  /** `time`: ours by theirs, lower is better. `speed`: the other way round. Default `time`. */
  readonly of?: 'time' | 'speed';
}

/** Two processes, timed in turn on the same core. */
export function compare(comparison: Comparison): Promise<Measurement> {
  return withSides([comparison.ours, comparison.rival], async (ours, rival) => {
    const [a, b] = await alternate([ours!, rival!], comparison);
    const figure = (clock: 'wall' | 'cpu') =>
      comparison.of === 'speed' ? ratio(b![clock], a![clock]) : ratio(a![clock], b![clock]);
    return {
      figure: figure('wall'),
      byCpuTime: figure('cpu'),
      unit: 'ms',
      ours: { name: 'paretrain', value: median([...a!.wall]), peakBytes: ours!.peakMemoryBytes() },
      rival: { name: comparison.rivalName, value: median([...b!.wall]), peakBytes: rival!.peakMemoryBytes() },
      details: { rounds: { ours: a, rival: b }, ours: ours!.info, rival: rival!.info },
    };
  });
}
