import type { Estimate } from '../estimate/estimate-plan.ts';
import { formatBytes } from './bytes.ts';
import { formatDuration } from './duration.ts';

/** "nothing to do" or "about 12m 30s (11m 40s for the runs, 50s for the cost of an epoch; from step costs measured on this machine)". */
export function describeEstimate({ seconds, phases, basis }: Estimate): string {
  const parts = [
    phases.data > 0 ? `${formatDuration(phases.data)} for the data` : '',
    `${formatDuration(phases.runs)} for the runs`,
    phases.cost > 0 ? `${formatDuration(phases.cost)} for the cost of an epoch` : '',
  ].filter((part) => part !== '');
  const which = parts.length > 1 ? `${parts.join(', ')}; ` : '';
  if (seconds === 0) return 'nothing to do';
  return `about ${formatDuration(seconds)} (${which}from ${basis})`;
}

/** What `--dry-run` says besides: disk, memory, how good the estimate has been, and what is not in it. */
export function estimateLines({ disk, memoryBytes, error, notes }: Estimate): string[] {
  const checkpoints =
    disk.checkpoints > 0 ? `; ${formatBytes(disk.checkpoints)} of checkpoints while runs are under way` : '';
  return [
    `  disk       ${formatBytes(disk.data)} of images, ${formatBytes(disk.results)} of results${checkpoints}`,
    ...(memoryBytes === null
      ? []
      : [`  memory     ${formatBytes(memoryBytes)} at most, of the runs under way`]),
    ...(error
      ? [
          `  accuracy   over ${error.runs} stored runs its error is ${percent(error.median)} in the median, each predicted from the ` +
            'others' +
            (error.medianOfNewMethods === null
              ? ''
              : `; ${percent(error.medianOfNewMethods)} from step costs and other methods alone`),
        ]
      : []),
    ...notes.map((note) => `  note       ${note}`),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
