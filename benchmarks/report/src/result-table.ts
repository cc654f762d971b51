import { formatEstimate, formatInterval, formatNumber } from './format.ts';
import type { ReportInput } from './input.ts';
import type { FrontStatus, MethodSummary } from './group.ts';
import { buildModel, type ReportModel } from './model.ts';
import { halfWidth } from './statistics.ts';

export interface ResultTable {
  readonly columns: readonly {
    readonly key: string;
    readonly label: string;
    readonly align: 'left' | 'right';
  }[];
  /** Text by column key, in the order to print. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

export const FRONT_TEXT: Readonly<Record<FrontStatus, string>> = {
  on: 'yes',
  undecided: 'maybe',
  off: 'no',
  unknown: '',
};

/**
 * The report's table for a terminal: methods best first, then the reference rows; data set and latent size are columns
 * only where they differ.
 */
export function resultTable(input: ReportInput): ResultTable {
  const model = buildModel(input);
  return { columns: columnsOf(model), rows: model.groups.flatMap((group) => rowsOf(model, group)) };
}

function columnsOf({ groups }: ReportModel): ResultTable['columns'] {
  const differs = (values: readonly unknown[]): boolean => new Set(values).size > 1;
  const [first] = groups;
  const same = groups.every((group) => group.quality?.name === first?.quality?.name);
  const quality = same && first?.quality ? first.quality.name : 'result';
  const left = (key: string, label: string) => ({ key, label, align: 'left' as const });
  const right = (key: string, label: string) => ({ key, label, align: 'right' as const });
  return [
    ...(differs(groups.map((group) => group.dataset.name)) ? [left('dataset', 'data set')] : []),
    ...(differs(groups.map((group) => group.latentSize)) ? [right('latentSize', 'z')] : []),
    left('method', 'method'),
    left('backend', 'backend'),
    right('seeds', 'seeds'),
    right('quality', `${quality} ± 95 %`),
    left('unit', 'unit'),
    right('seconds', 's/epoch'),
    left('secondsInterval', '95 % interval'),
    right('msPerStep', 'ms/step'),
    left('front', 'Pareto front'),
  ];
}

function rowsOf(model: ReportModel, group: ReportModel['groups'][number]): Record<string, string>[] {
  return [...group.methods, ...group.references].map((summary) => ({
    dataset: group.dataset.name,
    latentSize: String(group.latentSize),
    backend: group.backend ?? '',
    method: summary.reference ? `${summary.method} (reference)` : summary.method,
    seeds: seedsText(summary),
    quality: summary.quality
      ? formatEstimate(summary.quality.mean, halfWidth(summary.quality))
      : summary.failed.length > 0
        ? 'failed'
        : '',
    unit: summary.quality ? (group.quality?.unit ?? '') : '',
    seconds: summary.seconds ? formatNumber(summary.seconds.value) : '',
    secondsInterval: summary.seconds?.interval ? formatInterval(summary.seconds.interval) : '',
    msPerStep: summary.cost ? formatNumber(summary.cost.msPerStep) : '',
    front: summary.reference ? '' : FRONT_TEXT[summary.front],
  }));
}

/** `3`, or `2 of 3` where seeds failed. */
export function seedsText({ succeeded, runs }: MethodSummary): string {
  return succeeded.length === runs.length ? `${runs.length}` : `${succeeded.length} of ${runs.length}`;
}
