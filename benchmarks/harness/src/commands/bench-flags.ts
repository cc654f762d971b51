import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ConfigurationError } from '@paretrain/core';
import { BACKENDS_FLAG } from '../backends/select-backends.ts';
import { commandLine } from '../output/command-line.ts';
import { integerFlag, integerListFlag, listFlag, repeatedFlag } from '../output/flags.ts';
import { parseProfile, type Selection } from '../plan/selection.ts';

export const benchArgs = {
  suite: { type: 'positional', description: 'Suite to run', required: false, default: 'feature-prediction' },
  profile: { type: 'string', description: 'Scale: smoke, quick, reduced or paper', default: 'quick' },
  datasets: { type: 'string', description: 'Only these data sets, separated by commas' },
  data: {
    type: 'string',
    description: 'Folder of your own images, with --datasets image-folder: short for --set dataset.path=DIR',
  },
  methods: { type: 'string', description: 'Only these methods (reference rows stay)' },
  'latent-sizes': { type: 'string', description: "Embedding sizes instead of the profile's" },
  'loss-networks': { type: 'string', description: "Loss networks instead of the profile's" },
  augmentation: {
    type: 'string',
    description: "Random transformations instead of the suite's, for the methods that train on them",
  },
  backends: { type: 'string', description: BACKENDS_FLAG, default: 'wasm' },
  'continue-from': {
    type: 'string',
    description: 'Backend whose unfinished runs are continued on the chosen one',
  },
  seeds: { type: 'string', description: "Number of seeds instead of the profile's" },
  set: {
    type: 'string',
    description:
      'training.<option>=<value>, dataset., method., loss-network., augmentation. or evaluator.<name>.<option>=<value>; repeatable',
  },
  workers: { type: 'string', description: 'Runs at a time (default: the number of cores)' },
  'data-dir': { type: 'string', description: 'Folder with your own downloads (default: PARETRAIN_DATA_DIR)' },
  out: { type: 'string', description: 'Folder for results and the report', default: 'results' },
  list: { type: 'boolean', description: 'Print the matrix and stop' },
  'dry-run': {
    type: 'boolean',
    description:
      'Print the plan with its time, disk and memory and stop; times a few steps of unknown methods',
  },
  measure: {
    type: 'boolean',
    description: 'With --dry-run: time a few steps where none are known',
    default: true,
    negativeDescription: 'With --dry-run: take no training steps, whatever is unknown',
  },
  cost: {
    type: 'boolean',
    description: 'Measure the cost of an epoch after the runs',
    default: true,
    negativeDescription: 'Leave the cost phase out',
  },
  yes: { type: 'boolean', description: 'Start even when it will take over an hour' },
  force: { type: 'boolean', description: 'Repeat runs and cost cells that have a result' },
  json: { type: 'boolean', description: 'Print one JSON object and nothing else' },
} as const;

/** What `bench` was asked for, checked. */
export interface BenchRequest {
  readonly suite: string;
  /** Its `backends` may still hold `auto` and `all`. */
  readonly selection: Selection;
  /** Backend whose unfinished runs are continued. */
  readonly continueFrom: string | undefined;
  readonly workers: number;
  readonly dataDir: string | undefined;
  readonly out: string;
  readonly list: boolean;
  readonly dryRun: boolean;
  /** Whether a dry run may take training steps. */
  readonly measure: boolean;
  readonly cost: boolean;
  readonly yes: boolean;
  readonly force: boolean;
  readonly json: boolean;
  /** For the report: how to do the same again. */
  readonly command: string;
}

/** @throws {ConfigurationError} @throws {UnknownNameError} */
export function parseBench(args: Record<string, unknown>, rawArgs: readonly string[]): BenchRequest {
  const text = (name: string) => args[name] as string | undefined;
  const flag = (name: string) => args[name] === true;
  const datasets = listFlag('--datasets', text('datasets'));
  const methods = listFlag('--methods', text('methods'));
  const lossNetworks = listFlag('--loss-networks', text('loss-networks'));
  const latentSizes = integerListFlag('--latent-sizes', text('latent-sizes'), 1);
  const seeds = integerFlag('--seeds', text('seeds'), 1);
  return {
    suite: text('suite') ?? 'feature-prediction',
    selection: {
      profile: parseProfile(text('profile') ?? 'quick'),
      ...(datasets ? { datasets } : {}),
      ...(methods ? { methods } : {}),
      ...(latentSizes ? { latentSizes } : {}),
      ...(lossNetworks ? { lossNetworks } : {}),
      ...(text('augmentation') ? { augmentation: text('augmentation')! } : {}),
      backends: listFlag('--backends', text('backends')) ?? ['wasm'],
      ...(seeds ? { seeds } : {}),
      set: [...repeatedFlag('--set', rawArgs), ...ownImages(text('data'), datasets, rawArgs)],
    },
    continueFrom: text('continue-from'),
    workers: integerFlag('--workers', text('workers'), 1) ?? availableParallelism(),
    dataDir: text('data-dir'),
    out: text('out') ?? 'results',
    list: flag('list'),
    dryRun: flag('dry-run'),
    measure: args['measure'] !== false,
    cost: args['cost'] !== false,
    yes: flag('yes'),
    force: flag('force'),
    json: flag('json'),
    command: commandLine(['bench', ...rawArgs.filter((word) => word !== '--json')].join(' ')),
  };
}

/** What `--data DIR` is short for. */
function ownImages(
  folder: string | undefined,
  datasets: readonly string[] | undefined,
  rawArgs: readonly string[],
): string[] {
  if (folder === undefined) return [];
  if (!datasets) {
    throw new ConfigurationError(
      `--data: received '${folder}' without --datasets, valid: with the data set that reads it: --datasets image-folder`,
    );
  }
  if (repeatedFlag('--set', rawArgs).some((pair) => pair.startsWith('dataset.path='))) {
    throw new ConfigurationError('--data and --set dataset.path= name the same folder; valid: one of them');
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new ConfigurationError(
      `--data: received '${folder}', which is no folder; valid: a folder of images`,
    );
  }
  // As JSON: a folder may be called 7 or true.
  return [`dataset.path=${JSON.stringify(folder)}`];
}
