import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type JudgedClaim } from '@paretrain/claims';
import { PROFILES, trainingSettings, type ProfileName, type Suite } from '@paretrain/core';
import { comparePublished, type ComparedTable } from '@paretrain/report';
import { listResults, type RunResult } from '@paretrain/store';
import * as suites from '@paretrain/suites';
import { execa } from 'execa';
import { format } from 'prettier';
import { claimsPart } from './claims-part.ts';
import { table } from './markdown-table.ts';
import { missingDataPart } from './missing-data.ts';
import { writeStrips } from './reconstruction-strips.ts';

/** Where the pages, in docs/suites, find the stored runs. */
const RESULTS = '../../benchmarks/results';

/** A page to write, beneath docs/. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/**
 * The pages of all suites of the checkout at `root`. Reports and pictures are drawn anew.
 * @param stored folder with the runs; default: those that are part of the project
 */
export async function suitePages(root: string, stored = join(root, 'benchmarks/results')): Promise<Page[]> {
  return Promise.all(
    Object.values(suites).map(async (suite) => ({
      path: `suites/${suite.name}.md`,
      text: await format(await pageOf(suite, stored, root), { parser: 'markdown', printWidth: 120 }),
    })),
  );
}

async function pageOf(suite: Suite, stored: string, root: string): Promise<string> {
  const results = (await listResults(stored, suite.name)).filter(({ failure }) => failure === null);
  const profiles = PROFILES.filter((name) => results.some(({ profile }) => profile === name));
  const parts = [
    `# ${suite.title}`,
    '_Written by `pnpm --filter @paretrain/docs suites` from the suite and the stored runs._',
    `${suite.description}. Paper ${suite.paper.id}, "${suite.paper.title}"; ${suite.source}. The suite, as code: [\`${suite.name}.ts\`](../../benchmarks/suites/src/${suite.name}.ts).`,
    ['```sh', `npx pnpm@10 bench ${suite.name}`, '```'].join('\n'),
    '## Profiles',
    profileTable(suite),
    'Times are those of the last run on 2 cores; of profiles that were never run here, estimates.',
    ...missingDataPart(suite, results),
  ];
  for (const profile of profiles) {
    const own = results.filter((result) => result.profile === profile);
    parts.push(...(await storedPart(suite, profile, own, stored, root)));
  }
  if (profiles.length === 0) parts.push('No runs of this suite are stored yet.');
  return parts.join('\n\n');
}

function profileTable({ profiles }: Suite): string {
  const rows = PROFILES.map((name) => {
    const { datasets, methods, latentSizes, lossNetworks, seeds, training, expected } = profiles[name];
    const { epochs, batchSize } = trainingSettings.parse(training);
    const sizes = datasets.some((choice) => choice.latentSizes)
      ? datasets.map((choice) => (choice.latentSizes ?? latentSizes).join(', ')).join('; ')
      : latentSizes.join(', ');
    return [
      `\`${name}\``,
      datasets.map(datasetText).join('; '),
      methods.filter(({ reference }) => !reference).length,
      sizes,
      lossNetworks.map((network) => network.name).join(', '),
      `${epochs}, batch ${batchSize}`,
      seeds,
      duration(expected.seconds),
    ].join(' | ');
  });
  return table('profile | data | methods | latent sizes | loss network | epochs | seeds | on 2 cores', rows);
}

function datasetText({ name, options = {}, subset }: Suite['profiles']['paper']['datasets'][number]): string {
  const facts = Object.entries(options).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  if (subset !== undefined) facts.push(`${typeof subset === 'number' ? subset : subset.size} images`);
  return facts.length > 0 ? `${name} (${facts.join(', ')})` : name;
}

/** What is stored of a profile: table, pictures, published values beside measured ones, verdicts. */
async function storedPart(
  suite: Suite,
  profile: ProfileName,
  results: readonly RunResult[],
  stored: string,
  root: string,
): Promise<string[]> {
  const bin = join(root, 'benchmarks/harness/bin/paretrain.mjs');
  const command = `report ${suite.name} --profile ${profile} --out`;
  const { stdout: printed } = await execa('node', [bin, ...command.split(' '), stored], { cwd: root });
  const judged = await execa(
    'node',
    [bin, 'claims', suite.name, '--profile', profile, '--out', stored, '--json'],
    { cwd: root },
  );
  const { claims } = JSON.parse(judged.stdout) as { readonly claims: readonly JudgedClaim[] };
  const [resultTable = ''] = printed.split('\n\n');
  const compared = comparePublished(suite.published, results);
  return [
    `## Stored runs: \`${profile}\``,
    `${results.length} runs; the newest is of ${results
      .map(({ finishedAt }) => finishedAt.slice(0, 10))
      .sort()
      .at(-1)}. The same table and the whole page:`,
    ['```sh', `npx pnpm@10 paretrain ${command} benchmarks/results`, '```'].join('\n'),
    ['```text', resultTable, '```'].join('\n'),
    ...(await pictures(stored, suite.name, profile)),
    ...(await reconstructions(stored, suite.name, profile, results)),
    ...(compared.length > 0
      ? ['### Published and measured', deviationText(compared), ...compared.map(comparedText)]
      : []),
    ...claimsPart(claims, suite, profile, results),
  ];
}

/** The pictures that the report has drawn, but for those of single methods. */
async function pictures(stored: string, suite: string, profile: string): Promise<string[]> {
  const folder = join('report', `${suite}-${profile}`, 'figures');
  if (!existsSync(join(stored, folder))) return [];
  const shown = (await readdir(join(stored, folder)))
    .filter((name) => /^(pareto|every-epoch|heat-map|t-sne)-.*\.svg$/.test(name))
    .sort();
  return shown.map(
    (name) => `![${name.replace('.svg', '').replaceAll('-', ' ')}](${RESULTS}/${folder}/${name})`,
  );
}

/** Originals beside what retrained decoders made of them, as pictures that are drawn here: the report has them in its page only. */
async function reconstructions(
  stored: string,
  suite: string,
  profile: string,
  results: readonly RunResult[],
): Promise<string[]> {
  const folder = join('report', `${suite}-${profile}`, 'figures');
  const groups = await writeStrips(results, join(stored, folder));
  if (groups.length === 0) return [];
  return [
    '### Reconstructions',
    'Test images, and what a decoder makes of their embeddings that was trained again, on the frozen embeddings, to give back the pixels. Of the first seed; images wider than 64 pixels are drawn at a part of their size.',
    ...groups.flatMap(({ title, strips }) => [
      `${title}:`,
      table(strips.map(({ name }) => name).join(' | '), [
        strips.map(({ name, file }) => `![${name}](${RESULTS}/${folder}/${file})`).join(' | '),
      ]),
    ]),
  ];
}

/** What stands behind a ±. */
function deviationText(compared: readonly ComparedTable[]): string {
  const measured =
    'Behind ± stands the standard deviation over seeds, of measured values the corrected one (n - 1)';
  const published = compared.some(({ table: { rows } }) =>
    rows.some(({ deviation }) => deviation !== undefined),
  );
  return published
    ? `${measured}, of published ones, as the paper has it, the uncorrected one (n), which is smaller: 0.82 times as large with three seeds, 0.87 times with four.`
    : `${measured}.`;
}

function comparedText({ table: published, cells }: ComparedTable): string {
  const measured = cells.filter(({ measured: found }) => found !== null);
  // What cannot be measured here is worth showing when there is something to say of it.
  if (measured.length === 0 && published.note === undefined)
    return `Paper ${published.source}: nothing of it was measured.`;
  const rows = cells.map(({ published: row, measured: found, agreement }) =>
    [
      row.dataset,
      row.variant === undefined ? row.method : `${row.method}, ${row.variant}`,
      row.latentSize ?? '',
      row.deviation === undefined ? figure(row.value) : `${figure(row.value)} ± ${figure(row.deviation)}`,
      found === null
        ? ''
        : `${figure(found.mean)}${found.deviation === null ? '' : ` ± ${figure(found.deviation)}`}`,
      agreement,
    ].join(' | '),
  );
  const head = 'data | method | latent size | published | measured | agreement';
  const note = published.note === undefined ? '' : ` ${published.note}`;
  return `Paper ${published.source} (${published.metric}, ${published.unit}).${note}\n\n${table(head, rows)}`;
}

function figure(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * 86_400
    ? `${Math.round(seconds / 360) / 10} h`
    : `${Math.round(seconds / 86_400)} days`;
}
