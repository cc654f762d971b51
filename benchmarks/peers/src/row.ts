import type { Estimate } from './measure/estimate.ts';

/** What a row's figure has to reach. */
export interface Bar {
  readonly relation: '<=' | '>=';
  readonly value: number;
  /** Better than what is asked for. */
  readonly goal?: number;
}

/** What a row gets to measure with. */
export interface Workbench {
  readonly rounds: number;
  /** The Python of an environment with PyTorch; made on the first call. */
  python(): string;
}

/** What one of the two sides did, in `unit`. */
export interface SideResult {
  readonly name: string;
  readonly value: number;
  /** Most memory that its process held, in bytes; null where the system does not say. */
  readonly peakBytes?: number | null;
}

export interface Measurement {
  /** The figure that the bar is about, by wall-clock time. */
  readonly figure: Estimate;
  /** The same by CPU time, which leaves out what other programs took; absent where only the wall clock makes sense. */
  readonly byCpuTime?: Estimate;
  readonly ours: SideResult;
  readonly rival: SideResult;
  /** Of both sides' values. */
  readonly unit: string;
  /** Whatever else is worth keeping, as JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One line of the table. */
export interface Row {
  /** For `--only`. */
  readonly id: string;
  readonly title: string;
  readonly bar: Bar;
  measure(workbench: Workbench): Promise<Measurement>;
}

export type Verdict = 'goal' | 'held' | 'missed';

/** Whether the figure reaches the bar or even the goal. */
export function verdictOf({ relation, value, goal }: Bar, figure: number): Verdict {
  const reaches = (limit: number): boolean => (relation === '<=' ? figure <= limit : figure >= limit);
  if (goal !== undefined && reaches(goal)) return 'goal';
  return reaches(value) ? 'held' : 'missed';
}

/** Whether the whole interval lies on the same side of the bar as the figure. */
export function isCertain({ relation, value }: Bar, { interval95: [low, high] }: Estimate): boolean {
  return relation === '<=' ? high <= value || low > value : low >= value || high < value;
}
