import { ParetrainError } from '@paretrain/core';
import type { Estimate } from './measure/estimate.ts';
import { isCertain, verdictOf, type Measurement, type Row, type Verdict, type Workbench } from './row.ts';

/** Which clock the verdicts go by. */
export type Clock = 'wall' | 'cpu';

/** A row with what was measured, or why it could not be. */
export interface TableRow extends Omit<Row, 'measure'> {
  readonly measurement?: Measurement;
  /** The figure by the chosen clock, where the row has it. */
  readonly judged?: Estimate;
  readonly verdict: Verdict | 'failed';
  /** Whether the whole interval lies on the same side of the bar. */
  readonly certain: boolean;
  readonly failure?: string;
}

/** Measures rows one after the other; one that fails does not stop the others. */
export async function measureRows(
  rows: readonly Row[],
  workbench: Workbench,
  options: { readonly clock: Clock; readonly onRow?: (row: Row, index: number) => void },
): Promise<TableRow[]> {
  const results: TableRow[] = [];
  for (const [i, row] of rows.entries()) {
    options.onRow?.(row, i);
    results.push(await measureRow(row, workbench, options.clock));
  }
  return results;
}

async function measureRow(row: Row, workbench: Workbench, clock: Clock): Promise<TableRow> {
  const { id, title, bar } = row;
  try {
    const measurement = await row.measure(workbench);
    const judged = (clock === 'cpu' && measurement.byCpuTime) || measurement.figure;
    const verdict = verdictOf(bar, judged.value);
    return { id, title, bar, measurement, judged, verdict, certain: isCertain(bar, judged) };
  } catch (error) {
    if (!(error instanceof ParetrainError)) throw error;
    return { id, title, bar, verdict: 'failed', certain: true, failure: error.message };
  }
}
