import { hasSeenLabels } from '@paretrain/core';

import { backendSentences } from './backend-sentences.ts';
import { formatEstimate, formatList, formatNumber, formatSeconds, formatWithInterval } from './format.ts';
import type { Group, MethodSummary } from './group.ts';
import type { ReportModel } from './model.ts';
import { recommend } from './recommendation.ts';
import { halfWidth, overlap, ratioBounds, type Estimate, type Interval } from './statistics.ts';

/** What the figures of a group say, in sentences; claims no difference that the intervals do not show. */
export function summarySentences(group: Group): string[] {
  const ranked = group.methods.filter((summary) => summary.quality);
  const [best] = ranked;
  if (!best?.quality || !group.quality) {
    return ['No method has a finished run, so nothing can be compared.', ...gapSentences(group)];
  }
  return [
    ...bestSentences(group, ranked),
    ...frontSentences(group),
    ...choiceSentences(group),
    ...costSentences(group, best),
    ...referenceSentences(group, ranked),
    ...gapSentences(group),
    ...seenLabelsSentences(group),
  ];
}

/** A report's findings line by line, for a terminal: each group's, named where there are several, then the backends'. */
export function summaryLines({ groups, comparisons }: ReportModel): string[] {
  return [
    ...groups.flatMap((group) =>
      groups.length > 1 ? [`${group.title}:`, ...summarySentences(group)] : summarySentences(group),
    ),
    ...comparisons.flatMap((comparison) => [`${comparison.title}:`, ...backendSentences(comparison)]),
  ];
}

/** `10.3 ± 0.5 px`. */
export function describeQuality(quality: Estimate, unit: string): string {
  return `${formatEstimate(quality.mean, halfWidth(quality))}${unit ? ` ${unit}` : ''}`;
}

function names(summaries: readonly MethodSummary[]): string {
  return formatList(summaries.map((summary) => summary.method));
}

function seeds(n: number): string {
  return n === 1 ? 'one seed, so no interval' : `mean of ${n} seeds, 95 % interval`;
}

function bestSentences(group: Group, ranked: readonly MethodSummary[]): string[] {
  const [best, ...others] = ranked;
  if (!best?.quality || !group.quality) return [];
  const { name, unit, higherIsBetter } = group.quality;
  const result = `${best.method} has the ${higherIsBetter ? 'highest' : 'lowest'} ${name}: ${describeQuality(best.quality, unit)} (${seeds(best.quality.n)}).`;
  if (others.length === 0) return [`${result} It is the only method with a result.`];
  const { interval } = best.quality;
  if (!interval) return [`${result} One seed does not show whether it is better than the others.`];
  const unsure = others.filter(({ quality }) => !quality?.interval || overlap(quality.interval, interval));
  if (unsure.length === 0) return [`${result} No other method's interval overlaps its own.`];
  const which = unsure.length === others.length ? 'any other method' : names(unsure);
  return [`${result} These seeds do not tell it apart from ${which}: the intervals overlap.`];
}

function frontSentences(group: Group): string[] {
  if (group.front.length === 0) {
    const priced = group.methods.filter((summary) => summary.seconds && summary.quality);
    const first =
      priced.length === 0
        ? 'No cost was measured for these methods on this machine'
        : `Of these methods only ${names(priced)} has a measured cost`;
    return [`${first}, so there is no Pareto front to show.`];
  }
  const listed = group.front.map(
    ({ method, seconds }) => `${method} (${formatSeconds(seconds?.value ?? 0)} an epoch)`,
  );
  const undecided = group.methods.filter((summary) => summary.front === 'undecided');
  const front =
    listed.length === 1
      ? `${listed[0]} is alone on the Pareto front: it is both cheapest and best.`
      : `On the Pareto front, where no method is both cheaper and better, are ${formatList(listed)}.`;
  return undecided.length === 0
    ? [front]
    : [
        `${front} ${names(undecided)} ${undecided.length === 1 ? 'lies' : 'lie'} off it by the means, but within the intervals of a method on it.`,
      ];
}

/** Which pretraining to choose for these images. */
function choiceSentences(group: Group): string[] {
  const found = recommend(group);
  if (!found || !group.quality || group.methods.length < 2) return [];
  const { best, standardError, cheapest, between } = found;
  const { name, unit, higherIsBetter } = group.quality;
  const first = `To choose for ${group.dataset.name}: ${best.method} for the ${higherIsBetter ? 'highest' : 'lowest'} ${name}`;
  if (standardError === null) {
    return [`${first}; with one seed, no cheaper method can be said to be as good.`];
  }
  if (!cheapest) return [`${first}; without costs, no cheaper method can be named.`];
  const error = `one standard error (${formatNumber(standardError, 2)}${unit ? ` ${unit}` : ''})`;
  if (cheapest === best) return [`${first}; no cheaper method lies within ${error} of it.`];
  const choice = `${first}, or ${cheapest.method}, the cheapest within ${error} of it`;
  return between.length === 0
    ? [`${choice}; no method of the front lies between them.`]
    : [`${choice}; on the front between them ${between.length === 1 ? 'is' : 'are'} ${names(between)}.`];
}

function costSentences(group: Group, best: MethodSummary): string[] {
  const priced = group.methods.filter((summary) => summary.seconds && summary.quality);
  const cheapest = [...priced].sort((a, b) => (a.seconds?.value ?? 0) - (b.seconds?.value ?? 0))[0];
  if (!cheapest?.seconds || !cheapest.quality || !best.seconds || !best.quality || cheapest === best)
    return [];
  const name = group.quality?.name ?? 'result';
  return [
    `An epoch of ${best.method} takes ${ratio(best.seconds, cheapest.seconds)} times as long as one of ${cheapest.method}, the cheapest; its ${name} is ${ratio(
      { value: best.quality.mean, interval: best.quality.interval },
      { value: cheapest.quality.mean, interval: cheapest.quality.interval },
    )} times that method's.`,
  ];
}

interface Measured {
  readonly value: number;
  readonly interval: Interval | null;
}

function ratio(a: Measured, b: Measured): string {
  const bounds = a.interval && b.interval ? ratioBounds(a.interval, b.interval) : null;
  return bounds ? formatWithInterval(a.value / b.value, bounds) : formatNumber(a.value / b.value);
}

function referenceSentences(group: Group, ranked: readonly MethodSummary[]): string[] {
  const higher = group.quality?.higherIsBetter ?? false;
  return group.references.flatMap((reference) => {
    const { quality } = reference;
    if (!quality) return [];
    const own: Interval = quality.interval ?? [quality.mean, quality.mean];
    const beyond = ranked.filter((summary) => {
      const interval = summary.quality?.interval;
      return interval && (higher ? interval[0] > own[1] : interval[1] < own[0]);
    });
    const value = describeQuality(quality, group.quality?.unit ?? '');
    const rest = ranked.filter((summary) => !beyond.includes(summary));
    if (rest.length === 0) return [`Every method beats ${reference.method} (${value}) beyond the intervals.`];
    if (beyond.length === 0) return [`No method beats ${reference.method} (${value}) beyond the intervals.`];
    return [`All but ${names(rest)} beat ${reference.method} (${value}) beyond the intervals.`];
  });
}

function seenLabelsSentences({ methods, dataset }: Group): string[] {
  const networks = methods.flatMap(({ runs }) => runs.flatMap(({ settings }) => settings.lossNetwork ?? []));
  const seen = networks.filter(({ trainedOn }) => hasSeenLabels(trainedOn, dataset.name));
  if (seen.length === 0) return [];
  const names = formatList([...new Set(seen.map(({ name }) => name))]);
  return [`No claim is judged on ${dataset.name} with ${names}, which learned from its labels.`];
}

function gapSentences(group: Group): string[] {
  const all = [...group.methods, ...group.references];
  const failed = all.reduce((sum, { failed: own }) => sum + own.length, 0);
  const total = all.reduce((sum, { runs }) => sum + runs.length, 0);
  const sentences = [];
  if (failed > 0) {
    const affected = all.filter((summary) => summary.failed.length > 0);
    sentences.push(
      `${failed} of ${total} runs failed (${formatList(affected.map(({ method, failed: own, runs }) => `${method}: ${own.length} of ${runs.length}`))}).`,
    );
  }
  const unpriced = group.methods.filter((summary) => summary.quality && !summary.seconds);
  if (unpriced.length > 0 && group.front.length > 0) {
    sentences.push(
      `No cost was measured for ${names(unpriced)}, so the front leaves ${unpriced.length === 1 ? 'it' : 'them'} out.`,
    );
  }
  return sentences;
}
