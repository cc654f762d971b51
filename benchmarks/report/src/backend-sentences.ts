import type { BackendCell, BackendComparison, ComparedMethod } from './compare-backends.ts';
import { formatEstimate, formatList, formatNumber } from './format.ts';
import { halfWidth } from './statistics.ts';

/** What a comparison of backends shows, a few sentences for each backend but the baseline. */
export function backendSentences({ groups, methods }: BackendComparison): string[] {
  const [baseline, ...others] = groups.map(({ backend }) => backend);
  const unit = groups[0]?.quality?.unit ?? '';
  return others.flatMap((backend, index) => {
    const compared = methods.flatMap((method) => {
      const cell = method.cells[index + 1];
      return cell && method.cells[0] ? [{ method, cell }] : [];
    });
    if (compared.length === 0) return [`${backend} and ${baseline} have no method in common.`];
    return [
      agreementSentence(`On ${backend}`, `${baseline}`, compared, unit),
      ...costSentence(`${backend}`, `${baseline}`, compared),
    ];
  });
}

interface Compared {
  readonly method: ComparedMethod;
  readonly cell: BackendCell;
}

function agreementSentence(
  where: string,
  baseline: string,
  compared: readonly Compared[],
  unit: string,
): string {
  const by = (...kinds: readonly BackendCell['agreement'][]) =>
    compared.filter(({ cell }) => kinds.includes(cell.agreement));
  const names = (list: readonly Compared[]) => formatList(list.map(({ method }) => method.method));
  const [alike, differing, unknown] = [by('same', 'agrees'), by('differs'), by('unknown')];
  const parts = [
    alike.length > 0
      ? `${alike.length} of ${compared.length} methods show no difference from ${baseline}, seed by seed`
      : '',
    differing.length > 0
      ? `${formatList(differing.map(({ method, cell }) => `${method.method} (${describe(cell, unit)})`))} ` +
        `${differing.length === 1 ? 'differs' : 'differ'} from ${baseline} beyond the 95 % interval`
      : '',
    unknown.length > 0 ? `${names(unknown)} cannot be judged for want of common seeds` : '',
  ];
  return `${where}, ${parts.filter(Boolean).join('; ')}.`;
}

function describe({ difference }: BackendCell, unit: string): string {
  if (!difference) return '';
  const sign = difference.mean > 0 ? '+' : '';
  return `${sign}${formatEstimate(difference.mean, halfWidth(difference))}${unit ? ` ${unit}` : ''}`;
}

function costSentence(backend: string, baseline: string, compared: readonly Compared[]): string[] {
  const ratios = compared
    .flatMap(({ cell }) => (cell.costRatio ? [cell.costRatio.value] : []))
    .sort((a, b) => a - b);
  const [low, high] = [ratios[0], ratios.at(-1)];
  if (low === undefined || high === undefined) {
    return [
      `No step of ${backend} was measured beside one of ${baseline}, so their costs cannot be compared.`,
    ];
  }
  const range = [...new Set([low, high].map((ratio) => formatNumber(ratio)))].join(' to ');
  return [`A training step on ${backend} takes ${range} times as long as on ${baseline}.`];
}
