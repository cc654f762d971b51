import { globSync } from 'tinyglobby';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ParityOutcome, ParityRecord } from '@paretrain/testing';

const BEGIN = '<!-- capabilities: written by `pnpm --filter @paretrain/docs backends` -->';
const END = '<!-- end of capabilities -->';

/** The committed records of the parity suite, by name of the backend. */
export function readRecords(folder: string): ParityRecord[] {
  return globSync('*.json', { cwd: folder })
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ParityRecord);
}

/** A page with the part between the markers made anew. */
export function withCapabilities(page: string, records: readonly ParityRecord[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page lacks '${BEGIN}' or '${END}' behind it`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${capabilities(records)}\n\n${page.slice(end)}`;
}

function capabilities(records: readonly ParityRecord[]): string {
  const operations = [
    ...new Set(records.flatMap(({ outcomes }) => outcomes.map(({ operation }) => operation))),
  ];
  const devices = table(
    ['backend', 'device', 'versions', 'run on', 'comparisons', 'failed'],
    records.map((record) => [
      `\`${record.backend}\``,
      `${record.device ?? ''}${record.software ? ' (software)' : ''}${record.simd ? `, ${record.simd} SIMD` : ''}`,
      Object.entries(record.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
      record.date,
      String(record.outcomes.length),
      String(record.outcomes.filter(({ ok }) => !ok).length),
    ]),
  );
  const results = table(
    ['operation', ...records.map(({ backend }) => `\`${backend}\``)],
    operations.map((operation) => [
      operation,
      ...records.map(({ outcomes }) => cell(outcomes.filter((outcome) => outcome.operation === operation))),
    ]),
  );
  return `${devices}\n\n${results}`;
}

/** `forward / gradient`, each as its largest error. */
function cell(outcomes: readonly ParityOutcome[]): string {
  if (outcomes.length === 0) return 'not run';
  return (['forward', 'gradient'] as const)
    .map((direction) => worst(outcomes.filter((outcome) => outcome.direction === direction)))
    .join(' / ');
}

function worst(outcomes: readonly ParityOutcome[]): string {
  if (outcomes.length === 0) return '-';
  const failed = outcomes.filter(({ ok }) => !ok);
  if (failed.length > 0) return `**${failed.length} of ${outcomes.length} fail**`;
  const error = Math.max(...outcomes.map((outcome) => outcome.error ?? 0));
  return error === 0 ? '0' : error.toExponential(0);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((text, i) => Math.max(text.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
