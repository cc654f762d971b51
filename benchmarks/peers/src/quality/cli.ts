import { parseArgs } from 'node:util';
import { ConfigurationError, DataError } from '@paretrain/core';
import { PluginRegistry, newestOfEach, openRunData, resolveFolders } from '@paretrain/harness';
import { listResults, type RunResult } from '@paretrain/store';
import { torchPython } from '../measure/python-environment.ts';
import { compareSeeds, type Comparison } from './compare.ts';
import { probeAs } from './probe.ts';
import { trainInPytorch } from './train-in-pytorch.ts';

const HELP = `Trains the autoencoders of stored runs again in PyTorch, on the same images with the same settings and seeds, and compares
the runs' headline metric: the same probe on the embeddings of both. The two draw different random numbers, so it is the
means over the seeds that have to agree.

  node benchmarks/peers/quality.mjs SUITE --method NAME [options]

  --method NAME       I-I-PW, I-I-PS, VAE or P.VAE, the perceptual ones with the loss network 'paretrain'
  --profile NAME      whose runs; default quick
  --dataset NAME      only of this data set
  --results DIR       folder with the stored runs; default benchmarks/results
  --data-dir DIR      folder with your own downloads (default: PARETRAIN_DATA_DIR)
  --python PATH       a Python that has torch and safetensors (or PARETRAIN_TORCH_PYTHON); default: one is installed into the cache folder
  --json              prints one JSON object instead of the table
  --help

Exit codes: 0 both agree everywhere, 1 they do not, 2 bad usage.
`;

interface Options {
  readonly suite: string;
  readonly method: string;
  readonly profile: string;
  readonly dataset: string | undefined;
  readonly results: string;
  readonly dataDir: string | undefined;
  readonly python: string | undefined;
  readonly json: boolean;
}

/** A data set's comparison. */
interface Row extends Comparison {
  readonly dataset: string;
  readonly latentSize: number;
  readonly metric: string;
  readonly unit: string;
  readonly seeds: number;
}

/** Runs the command and gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parse(args);
    if (options === 'help') {
      process.stdout.write(HELP);
      return 0;
    }
    const { rows, torch } = await compareRuns(options);
    process.stdout.write(options.json ? `${JSON.stringify({ torch, rows })}\n` : describe(rows, torch));
    return rows.every(({ agrees }) => agrees) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ConfigurationError || error instanceof DataError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

async function compareRuns(options: Options): Promise<{ rows: Row[]; torch: string }> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const folders = await resolveFolders({ out: options.results, dataDir: options.dataDir });
  const registry = await PluginRegistry.discover();
  const stored = newestOfEach(await listResults(folders.results, options.suite)).filter(
    ({ profile, method, variant, dataset, failure }) =>
      profile === options.profile &&
      method === options.method &&
      variant === undefined &&
      dataset.name === (options.dataset ?? dataset.name) &&
      failure === null,
  );
  if (stored.length === 0) {
    throw new DataError(
      `no runs of ${options.method} in suite '${options.suite}', profile '${options.profile}', in ${folders.results}`,
    );
  }
  const python = torchPython(options.python, (folder) =>
    say(`Installing PyTorch into ${folder} (once; some 5.5 GB on Linux) ...`),
  );
  const groups = new Map<string, RunResult[]>();
  for (const run of stored) {
    const key = `${run.dataset.name} ${run.latentSize}`;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const rows: Row[] = [];
  let torch = '';
  for (const runs of groups.values()) {
    const theirs: number[] = [];
    for (const run of runs) {
      say(`${run.method} on ${run.dataset.name}, z ${run.latentSize}, seed ${run.seed}, in PyTorch`);
      const dataset = await openRunData(registry, run, folders);
      const trained = await trainInPytorch(run, dataset, python);
      torch = trained.torch;
      theirs.push(await probeAs(run, registry, dataset.description, trained));
    }
    const [first] = runs as [RunResult];
    const { metric, unit } = first.headline!;
    if (runs.length < 2) throw new DataError(`${first.id}: one seed shows no spread; store a second one`);
    const comparison = compareSeeds(
      runs.map(({ headline }) => headline!.value),
      theirs,
    );
    const { dataset, latentSize } = first;
    rows.push({ dataset: dataset.name, latentSize, metric, unit, seeds: runs.length, ...comparison });
  }
  return { rows, torch };
}

function describe(rows: readonly Row[], torch: string): string {
  const figure = (value: number): string => value.toPrecision(4);
  const lines = rows.map(({ dataset, latentSize, metric, unit, seeds, ours, theirs, ...found }) => {
    const interval = found.interval.map(figure).join(' to ');
    return [
      `| ${dataset}, z ${latentSize}`,
      `${metric} (${unit})`,
      seeds,
      `${figure(ours.mean)} ± ${figure(ours.deviation)}`,
      `${figure(theirs.mean)} ± ${figure(theirs.deviation)}`,
      `${figure(found.difference)} [${interval}]`,
      `${found.agrees ? 'yes' : 'no'} |`,
    ].join(' | ');
  });
  return [
    `| data | metric | seeds | paretrain | PyTorch ${torch} | difference [95 %] | agree |`,
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function parse(args: readonly string[]): Options | 'help' {
  const { values, positionals } = flags(args);
  if (values.help) return 'help';
  const [suite, ...others] = positionals;
  if (suite === undefined || others.length > 0 || values.method === undefined) {
    throw new ConfigurationError(
      `received ${JSON.stringify(args)}, valid: one suite and --method NAME; see --help`,
    );
  }
  const { method, profile, dataset, results, python, json } = values;
  return { suite, method, profile, dataset, results, dataDir: values['data-dir'], python, json };
}

function flags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        method: { type: 'string' },
        profile: { type: 'string', default: 'quick' },
        dataset: { type: 'string' },
        results: { type: 'string', default: 'benchmarks/results' },
        'data-dir': { type: 'string' },
        python: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new ConfigurationError(`${(error as Error).message} See --help.`, { cause: error });
  }
}
