import type { RunResult } from '@paretrain/store';

import { compareBackends, type BackendComparison } from './compare-backends.ts';
import type { Group, MethodSummary } from './group.ts';
import { slug } from './html.ts';
import type { ReportInput } from './input.ts';
import { joinCost } from './join-cost.ts';
import { frontOf, markFront } from './mark-front.ts';
import { markerOf, type Marker } from './palette.ts';
import { rowNames } from './row-names.ts';
import { estimate, type Estimate } from './statistics.ts';

/** The input, joined and summarised. */
export interface ReportModel {
  readonly input: ReportInput;
  /** One for each data set, latent size and backend. */
  readonly groups: readonly Group[];
  /** One for each data set and latent size that was run on several backends. */
  readonly comparisons: readonly BackendComparison[];
  /** Host of every cost shown, or null where none matches. */
  readonly host: string | null;
  /** Name of a run's row. */
  readonly nameOf: (run: RunResult) => string;
}

/** Joins costs to runs and summarises seeds; every section reads the result. */
export function buildModel(input: ReportInput): ReportModel {
  const host = input.host ?? chooseHost(input);
  const nameOf = rowNames(input.runs);
  const names = [...new Set(input.runs.map(nameOf))];
  const markers = new Map(names.map((name, index) => [name, markerOf(index)]));
  const groups = uniqueIds(
    [...groupBy(input.runs, groupKey).values()].map((runs) =>
      summariseGroup(runs, { input, host, markers, nameOf }),
    ),
  );
  return { input, groups, comparisons: compareBackends(groups), host, nameOf };
}

function groupKey(run: RunResult): string {
  return JSON.stringify([run.dataset.name, run.dataset.checksum, run.latentSize, run.backend.name]);
}

/** The host whose cells cover most runs; then one like the runs' machine; then the first by name. */
function chooseHost(input: ReportInput): string | null {
  const hosts = [...new Set(input.costs.map((cost) => cost.host))].sort();
  let best: { host: string; score: number } | null = null;
  for (const host of hosts) {
    const costs = input.costs.filter((cost) => cost.host === host);
    let score = 0;
    for (const run of input.runs) {
      const image = input.images?.[run.dataset.name];
      if (joinCost(run, costs, { host, ...(image && { image }) })) score += 1;
      if (joinCost(run, costs, { ...(image && { image }) })) score += 0.5;
    }
    if (score > 0 && (!best || score > best.score)) best = { host, score };
  }
  return best?.host ?? null;
}

interface GroupContext {
  readonly input: ReportInput;
  readonly host: string | null;
  readonly markers: ReadonlyMap<string, Marker>;
  readonly nameOf: (run: RunResult) => string;
}

function summariseGroup(runs: readonly RunResult[], { input, host, markers, nameOf }: GroupContext): Group {
  const [first] = runs as readonly [RunResult];
  const warnings: string[] = [];
  const quality = qualityOf(runs, warnings);
  const summaries = [...groupBy(runs, nameOf)].map(([method, own]) =>
    summariseMethod(method, own, { input, host, quality, marker: markers.get(method), warnings }),
  );
  const higherIsBetter = quality?.higherIsBetter ?? false;
  const ordered = summaries.sort((a, b) => compareQuality(a, b, higherIsBetter));
  const methods = markFront(
    ordered.filter((summary) => !summary.reference),
    higherIsBetter,
  );
  return {
    id: slug(`${first.dataset.name}-z${first.latentSize}-${first.backend.name}`),
    title: `${first.dataset.name}, latent size ${first.latentSize}, ${first.backend.name}`,
    dataset: first.dataset,
    latentSize: first.latentSize,
    backend: first.backend.name,
    quality,
    methods,
    references: ordered.filter((summary) => summary.reference),
    front: frontOf(methods),
    warnings,
  };
}

/** Unit and direction that most successful runs have; the name is a metric's when all share it. */
function qualityOf(runs: readonly RunResult[], warnings: string[]): Group['quality'] {
  const headlines = runs.flatMap((run) => (run.headline && !run.failure ? [run.headline] : []));
  const kinds = [...groupBy(headlines, (one) => `${one.unit}|${one.higherIsBetter}`).values()];
  const [main] = kinds.sort((a, b) => b.length - a.length);
  const [first] = main ?? [];
  if (!main || !first) return null;
  if (kinds.length > 1) {
    warnings.push(
      `Headline metrics have different units; only those in ${first.unit || 'the first'} are compared.`,
    );
  }
  const metrics = [...new Set(main.map((one) => one.metric.split('.').at(-1) ?? one.metric))];
  return { name: metrics.join(' / '), unit: first.unit, higherIsBetter: first.higherIsBetter };
}

interface MethodContext {
  readonly input: ReportInput;
  readonly host: string | null;
  readonly quality: Group['quality'];
  readonly marker: Marker | undefined;
  readonly warnings: string[];
}

function summariseMethod(method: string, own: readonly RunResult[], context: MethodContext): MethodSummary {
  const { input, host, quality, warnings } = context;
  const runs = [...own].sort((a, b) => a.seed - b.seed);
  const succeeded = runs.filter((run) => !run.failure);
  if (new Set(runs.map((run) => run.seed)).size < runs.length) {
    warnings.push(`${method}: some seeds have more than one run, so seeds are not counted once each.`);
  }
  if (new Set(runs.map(settingsKey)).size > 1) {
    warnings.push(`${method}: its runs do not all have the same settings.`);
  }
  const headlines = succeeded.flatMap((run) =>
    run.headline &&
    run.headline.unit === quality?.unit &&
    run.headline.higherIsBetter === quality.higherIsBetter
      ? [run.headline]
      : [],
  );
  const [any] = succeeded.length > 0 ? succeeded : runs;
  const image = any && input.images?.[any.dataset.name];
  const cost = any && host !== null ? joinCost(any, input.costs, { host, ...(image && { image }) }) : null;
  return {
    method,
    label: method,
    reference: runs.some((run) => run.reference),
    marker: context.marker ?? markerOf(0),
    runs,
    succeeded,
    failed: runs.filter((run) => run.failure),
    quality: headlines.length > 0 ? estimate(headlines.map((one) => one.value)) : null,
    headlineMetric: headlines[0]?.metric ?? null,
    metrics: summariseMetrics(succeeded),
    cost,
    seconds:
      cost && cost.secondsPerEpoch !== null
        ? { value: cost.secondsPerEpoch, interval: cost.secondsPerEpochInterval95 }
        : null,
    front: 'unknown',
  };
}

function summariseMetrics(runs: readonly RunResult[]): Record<string, Estimate> {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort();
  return Object.fromEntries(
    names.map((name) => [
      name,
      estimate(runs.flatMap((run) => (run.metrics[name] === undefined ? [] : [run.metrics[name]]))),
    ]),
  );
}

/** Everything but the seed. */
function settingsKey(run: RunResult): string {
  return JSON.stringify({ ...run.settings, seed: null });
}

function compareQuality(a: MethodSummary, b: MethodSummary, higherIsBetter: boolean): number {
  if (!a.quality || !b.quality) return Number(!a.quality) - Number(!b.quality);
  return (higherIsBetter ? -1 : 1) * (a.quality.mean - b.quality.mean);
}

function uniqueIds(groups: readonly Group[]): Group[] {
  const seen = new Map<string, number>();
  return groups.map((group) => {
    const count = (seen.get(group.id) ?? 0) + 1;
    seen.set(group.id, count);
    return count === 1 ? group : { ...group, id: `${group.id}-${count}` };
  });
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
