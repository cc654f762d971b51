import { slug } from './html.ts';
import { frontOf, markFront } from './mark-front.ts';
import type { Group, MethodSummary } from './group.ts';
import { withShape } from './palette.ts';
import { estimate, ratioBounds, type Estimate, type Interval } from './statistics.ts';

/**
 * Whether a backend gives a method's results: each seed's the same to 0.1 %, which is rounding; no difference that the
 * 95 % interval of the seeds' differences shows; a difference; or too few seeds on both backends to tell.
 */
export type Agreement = 'same' | 'agrees' | 'differs' | 'unknown';

/** A method on a backend beside the same method on the baseline. */
export interface BackendCell {
  readonly backend: string;
  readonly summary: MethodSummary;
  /** The headline less the baseline's, seed by seed; null on the baseline itself and without a common seed. */
  readonly difference: Estimate | null;
  readonly agreement: Agreement | null;
  /** A step's milliseconds over the baseline's; null where one was not measured. */
  readonly costRatio: { readonly value: number; readonly bounds: Interval | null } | null;
}

export interface ComparedMethod {
  readonly method: string;
  readonly reference: boolean;
  /** By backend, the baseline first; null where the method was not run there. */
  readonly cells: readonly (BackendCell | null)[];
}

/** One data set and latent size on several backends. Accuracy must agree across them, cost is what differs. */
export interface BackendComparison {
  readonly id: string;
  readonly title: string;
  /** One of each backend, the baseline (WASM, where it was run) first. */
  readonly groups: readonly Group[];
  readonly methods: readonly ComparedMethod[];
  /** Every method on every backend with one front over all, for the chart; null where units differ. */
  readonly combined: Group | null;
}

/** Share of a result up to which a difference is rounding. */
const ROUNDING = 1e-3;

/** A comparison for each data set and latent size that was run on several backends. */
export function compareBackends(groups: readonly Group[]): BackendComparison[] {
  const sets = new Map<string, Group[]>();
  for (const group of groups) {
    const key = JSON.stringify([group.dataset.name, group.dataset.checksum, group.latentSize]);
    sets.set(key, [...(sets.get(key) ?? []), group]);
  }
  return [...sets.values()].filter((set) => set.length > 1).map(compare);
}

function compare(set: readonly Group[]): BackendComparison {
  const groups = [...set].sort((a, b) => Number(b.backend === 'wasm') - Number(a.backend === 'wasm'));
  const [baseline] = groups as [Group];
  const name = `${baseline.dataset.name}, latent size ${baseline.latentSize}`;
  const id = slug(`${baseline.dataset.name}-z${baseline.latentSize}-backends`);
  const title = `${name}, ${groups.map(({ backend }) => backend).join(' and ')}`;
  const all = groups.flatMap((group) => [...group.methods, ...group.references]);
  const methods = [...new Set(all.map(({ method }) => method))].map((method): ComparedMethod => {
    const summaries = groups.map((group) => summaryIn(group, method));
    return {
      method,
      reference: all.some((summary) => summary.method === method && summary.reference),
      cells: groups.map((group, index) => {
        const summary = summaries[index];
        return summary ? cellOf(group, summary, index === 0 ? null : (summaries[0] ?? null)) : null;
      }),
    };
  });
  return { id, title, groups, methods, combined: combine(groups, id, title) };
}

function summaryIn(group: Group, method: string): MethodSummary | undefined {
  return [...group.methods, ...group.references].find((summary) => summary.method === method);
}

function cellOf({ backend }: Group, summary: MethodSummary, baseline: MethodSummary | null): BackendCell {
  if (!baseline) return { backend: backend!, summary, difference: null, agreement: null, costRatio: null };
  const pairs = pairSeeds(summary, baseline);
  const difference = pairs.length > 0 ? estimate(pairs.map(([own, base]) => own - base)) : null;
  const [a, b] = [summary.cost, baseline.cost];
  return {
    backend: backend!,
    summary,
    difference,
    agreement: agreementOf(pairs, difference),
    costRatio:
      a && b ? { value: a.msPerStep / b.msPerStep, bounds: ratioBounds(a.interval95, b.interval95) } : null,
  };
}

/** Headlines of the seeds that both have, of one metric. */
function pairSeeds(own: MethodSummary, base: MethodSummary): [number, number][] {
  return own.succeeded.flatMap((run): [number, number][] => {
    const other = base.succeeded.find(({ seed }) => seed === run.seed);
    if (!run.headline || run.headline.metric !== other?.headline?.metric) return [];
    return [[run.headline.value, other.headline.value]];
  });
}

function agreementOf(pairs: readonly (readonly [number, number])[], difference: Estimate | null): Agreement {
  if (!difference) return 'unknown';
  if (pairs.every(([own, base]) => Math.abs(own - base) <= ROUNDING * Math.abs(base))) return 'same';
  if (!difference.interval) return 'unknown';
  const [low, high] = difference.interval;
  return low <= 0 && high >= 0 ? 'agrees' : 'differs';
}

/** Colours tell methods, shapes backends. Reference rows are the baseline's. */
function combine(groups: readonly Group[], id: string, title: string): Group | null {
  const [baseline] = groups as [Group];
  const { quality } = baseline;
  const comparable = groups.every(
    (group) =>
      group.quality?.unit === quality?.unit && group.quality?.higherIsBetter === quality?.higherIsBetter,
  );
  if (!quality || !comparable) return null;
  const methods = markFront(
    groups.flatMap((group, shape) =>
      group.methods.map((summary) => ({
        ...summary,
        label: `${summary.method} (${group.backend})`,
        marker: withShape(summary.marker, shape),
      })),
    ),
    quality.higherIsBetter,
  );
  return { ...baseline, id, title, backend: null, methods, front: frontOf(methods), warnings: [] };
}
