import type { Estimate } from '../measure/estimate.ts';
import type { Bar, SideResult } from '../row.ts';
import type { TableRow } from '../table.ts';

const HEAD = [
  'measure',
  'paretrain',
  'rival',
  'figure',
  '95 %',
  'by CPU time',
  'bar',
  'verdict',
  'peak memory',
];

/** The table in Markdown, aligned so that it reads in a terminal too. */
export function markdownTable(rows: readonly TableRow[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return `${[line(cells[0]!), rule, ...cells.slice(1).map(line)].join('\n')}\n`;
}

function cellsOf({ title, bar, measurement, verdict, certain, failure }: TableRow): string[] {
  if (!measurement) return [title, '', '', '', '', '', barText(bar), `failed: ${oneLine(failure ?? '')}`, ''];
  const { ours, rival, unit, figure, byCpuTime } = measurement;
  return [
    title,
    `${number(ours.value)} ${unit}`,
    `${rival.name} ${number(rival.value)} ${unit}`,
    figure.value.toFixed(2),
    interval(figure),
    byCpuTime ? byCpuTime.value.toFixed(2) : '',
    barText(bar),
    certain ? verdict : `${verdict}, not surely`,
    memoryText(ours, rival),
  ];
}

export function barText({ relation, value, goal }: Bar): string {
  return `${relation} ${value}${goal === undefined ? '' : `, goal ${goal}`}`;
}

function interval({ interval95: [low, high] }: Estimate): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`;
}

function memoryText(ours: SideResult, rival: SideResult): string {
  if (!ours.peakBytes || !rival.peakBytes) return '';
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  return `${megabytes(ours.peakBytes)} / ${megabytes(rival.peakBytes)} MB`;
}

/** Four significant digits. */
function number(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '/').trim();
}
