import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableRow } from '../table.ts';
import { environmentText, type Environment } from './environment.ts';
import { tableFigure } from './figure.ts';
import { markdownTable } from './markdown-table.ts';

/** Everything that was measured, for programs. */
export function tableJson(environment: Environment, rows: readonly TableRow[]): string {
  const ok = rows.every(({ verdict }) => verdict === 'goal' || verdict === 'held');
  return `${JSON.stringify({ ok, environment, rows })}\n`;
}

/** Writes `peers.json`, `peers.md` and `peers.svg` into a folder, which is made. */
export async function writeResults(
  folder: string,
  environment: Environment,
  rows: readonly TableRow[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'peers.json'), tableJson(environment, rows));
  writeFileSync(join(folder, 'peers.md'), `${environmentText(environment)}\n\n${markdownTable(rows)}`);
  writeFileSync(join(folder, 'peers.svg'), await tableFigure(rows));
}
