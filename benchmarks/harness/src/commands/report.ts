import { resolve } from 'node:path';
import { DataError, type ProfileName } from '@paretrain/core';
import { listResults, type RunResult } from '@paretrain/store';
import { defineCommand } from 'citty';
import { resolveFolders } from '../folders.ts';
import { commandLine, quoted } from '../output/command-line.ts';
import { imageShapes } from '../plan/image-shapes.ts';
import { parseProfile } from '../plan/selection.ts';
import { newestOfEach, storedProfiles } from '../plan/stored-runs.ts';
import { PluginRegistry } from '../registry/registry.ts';
import { report } from '../report-on.ts';

export const reportCommand = defineCommand({
  meta: { name: 'report', description: 'Write the HTML page, figures and CSV of stored runs again' },
  args: {
    suite: { type: 'positional', description: 'Suite', required: false, default: 'feature-prediction' },
    profile: {
      type: 'string',
      description: "Scale whose runs are shown; default: the suite's largest that has runs",
    },
    out: { type: 'string', description: 'Folder with the results', default: 'results' },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else' },
  },
  async run({ args }) {
    const wanted = args.profile === undefined ? null : parseProfile(args.profile);
    const folders = await resolveFolders({ out: args.out });
    const registry = await PluginRegistry.discover();
    const suite = await registry.load('suite', args.suite);
    const damaged: string[] = [];
    const stored = await listResults(folders.results, suite.name, (error) => damaged.push(error.message));
    for (const message of damaged) process.stderr.write(`note: ${message}\n`);
    const profiles = storedProfiles(stored);
    const profile = wanted ?? profiles.at(-1);
    if (profile === undefined || !profiles.includes(profile)) {
      throw new DataError(noResults(suite.name, profile ?? 'quick', profiles, folders.results));
    }
    const results = inOrderOf(
      suite.profiles[profile].datasets.map(({ name }) => name),
      newestOfEach(stored.filter((result) => result.profile === profile)),
    );
    const written = await report({
      suite,
      profile,
      results,
      resultsRoot: folders.results,
      images: await imageShapes(registry, results, folders.data),
      command: commandLine(`report ${suite.name} --profile ${profile}`),
    });
    if (args.json) {
      const { runs, claims } = written;
      const ok = results.every((result) => !result.failure);
      process.stdout.write(
        `${JSON.stringify({ ok, suite: suite.name, profile, runs, claims, report: written.html })}\n`,
      );
      return;
    }
    process.stdout.write(`${written.table}\n\n${written.summary.join('\n')}\n\nReport: ${written.html}\n`);
  },
});

function noResults(
  suite: string,
  profile: ProfileName,
  stored: readonly ProfileName[],
  results: string,
): string {
  const others = stored.length > 0 ? `, where there are results of ${stored.join(', ')}` : '';
  const out = results === resolve('results') ? '' : ` --out ${quoted(results)}`;
  const bench = commandLine(`bench ${suite} --profile ${profile}${out}`);
  return `no results of suite '${suite}', profile '${profile}' in ${results}${others}; run: ${bench}`;
}

/** The suite's data sets in its order, others behind them. */
function inOrderOf(datasets: readonly string[], results: readonly RunResult[]): RunResult[] {
  const place = ({ dataset: { name } }: RunResult) =>
    datasets.includes(name) ? datasets.indexOf(name) : datasets.length;
  return [...results].sort((a, b) => place(a) - place(b));
}
