import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import writeFileAtomic from 'write-file-atomic';

import { backendsCsv, historyCsv, methodsCsv, runsCsv, toCsv } from './csv.ts';
import { standaloneSvg, type Figure } from './figure.ts';
import type { ReportInput } from './input.ts';
import { buildModel } from './model.ts';
import { renderPage, type PageSection } from './page.ts';
import type { Section } from './section.ts';
import { SECTIONS } from './sections.ts';

/** Paths of what was written. */
export interface WrittenReport {
  readonly html: string;
  /** `pareto.svg` first where there is one, then `figures/*.svg`. */
  readonly figures: readonly string[];
  readonly csv: readonly string[];
}

export interface WriteReportOptions {
  /** Parts of the page in order; default {@link SECTIONS}. */
  readonly sections?: readonly Section[];
}

/** The page and its figures, without writing anything. */
export async function renderReport(
  input: ReportInput,
  { sections = SECTIONS }: WriteReportOptions = {},
): Promise<{ readonly html: string; readonly figures: readonly Figure[] }> {
  const model = buildModel(input);
  const parts: PageSection[] = [];
  const figures: Figure[] = [];
  for (const section of sections) {
    const rendered = await section.render(model);
    if (!rendered) continue;
    parts.push({ id: section.id, title: section.title, html: rendered.html });
    figures.push(...(rendered.figures ?? []));
  }
  return { html: renderPage(model, parts), figures: uniqueNames(figures) };
}

/**
 * Writes `index.html`, `pareto.svg` (the first chart, right on light and dark pages), `figures/*.svg` and `*.csv`,
 * `methods.csv`, `runs.csv`, `history.csv` and, of several backends, `backends.csv`, each file whole or not at all.
 */
export async function writeReport(
  input: ReportInput,
  outDirectory: string,
  options: WriteReportOptions = {},
): Promise<WrittenReport> {
  const { html, figures } = await renderReport(input, options);
  const model = buildModel(input);
  const folder = join(outDirectory, 'figures');
  await mkdir(folder, { recursive: true });
  const written = { html: join(outDirectory, 'index.html'), figures: [] as string[], csv: [] as string[] };
  const write = async (list: string[], path: string, text: string): Promise<void> => {
    await writeFileAtomic(path, text);
    list.push(path);
  };
  const pareto = figures.find((figure) => figure.name.startsWith('pareto-'));
  if (pareto) await write(written.figures, join(outDirectory, 'pareto.svg'), standaloneSvg(pareto));
  for (const figure of figures) {
    await write(written.figures, join(folder, `${figure.name}.svg`), standaloneSvg(figure));
    await write(written.csv, join(folder, `${figure.name}.csv`), toCsv(figure.data));
  }
  await write(written.csv, join(outDirectory, 'methods.csv'), methodsCsv(model));
  if (model.comparisons.length > 0) {
    await write(written.csv, join(outDirectory, 'backends.csv'), backendsCsv(model));
  }
  await write(written.csv, join(outDirectory, 'runs.csv'), runsCsv(model));
  await write(written.csv, join(outDirectory, 'history.csv'), historyCsv(model));
  // Last, so that a page never speaks of figures that are not there.
  await writeFileAtomic(written.html, html);
  return written;
}

/** Names that differ only in signs that files cannot carry get a number. */
function uniqueNames(figures: readonly Figure[]): Figure[] {
  const seen = new Map<string, number>();
  return figures.map((figure) => {
    const count = (seen.get(figure.name) ?? 0) + 1;
    seen.set(figure.name, count);
    return count === 1 ? figure : { ...figure, name: `${figure.name}-${count}` };
  });
}
