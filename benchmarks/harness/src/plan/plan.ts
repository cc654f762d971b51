import {
  ConfigurationError,
  UnknownNameError,
  describeIssues,
  parseOptions,
  trainingSettings,
  type DatasetChoice,
  type DatasetDescription,
  type MethodChoice,
  type PluginBase,
  type PluginChoice,
  type PluginKind,
  type ProfileName,
  type Suite,
  type SuiteProfile,
  type TrainingSettings,
} from '@paretrain/core';
import type { DatasetUse, PluginUse } from '@paretrain/store';
import type { PluginRegistry } from '../registry/registry.ts';
import { datasetUses, loadDataset } from './dataset-use.ts';
import { choose, parseOverrides, type Overrides, type Selection } from './selection.ts';
import { checkOverridesUsed, ownOverrides } from './shared-overrides.ts';

/** One point of the matrix, before its data is on disk. */
export interface PlannedRun {
  readonly suite: string;
  readonly profile: ProfileName;
  readonly reference: boolean;
  readonly dataset: DatasetUse;
  readonly description: DatasetDescription;
  readonly method: PluginUse;
  readonly label: string;
  readonly trainsOn: 'pretrain' | 'train';
  readonly latentSize: number;
  readonly backend: string;
  readonly seed: number;
  readonly training: TrainingSettings;
  /** Tells it from other choices of the same method. */
  readonly variant: string | null;
  /** Null for methods that use none. */
  readonly lossNetwork: PluginUse | null;
  /** Random transformations of its training images; null for methods that use none. */
  readonly augmentation: PluginUse | null;
  readonly evaluators: readonly PluginUse[];
  /** Evaluators that look at every epoch. */
  readonly everyEpoch: readonly string[];
  readonly headline: string;
}

/** Where neither suite nor user says how images are transformed. */
export const DEFAULT_AUGMENTATION: PluginChoice = { name: 'policy' };

export interface Plan {
  readonly suite: Suite;
  readonly profile: ProfileName;
  readonly settings: SuiteProfile;
  readonly runs: readonly PlannedRun[];
}

/**
 * The runs that a suite, a profile and the user's flags ask for, every option checked and filled in. Data is not touched,
 * and backends are taken as they are: see `selectBackends`.
 * @throws {UnknownNameError} @throws {ConfigurationError}
 */
export async function planRuns(registry: PluginRegistry, suite: Suite, selection: Selection): Promise<Plan> {
  const settings = suite.profiles[selection.profile];
  const overrides = parseOverrides(selection.set);
  const seeds = selection.seeds ?? settings.seeds;
  if (!Number.isInteger(seeds) || seeds < 1) {
    throw new ConfigurationError(`--seeds: received ${seeds}, valid: an integer from 1`);
  }
  checkEvaluatorOverrides(settings, overrides);
  if (selection.augmentation !== undefined) registry.packageOf('augmentation', selection.augmentation);
  const training = parseTraining({ ...settings.training, ...overrides.training });
  const evaluators = await Promise.all(
    settings.evaluators.map((choice) => use(registry, 'evaluator', choice, overrides.evaluator[choice.name])),
  );
  const lossNetworks = await chosenLossNetworks(registry, settings, selection, overrides['loss-network']);
  const runs: PlannedRun[] = [];
  const choices = datasetChoices(settings, selection, registry);
  const datasets = await datasetUses(registry, choices, overrides.dataset);
  for (const [i, dataset] of datasets.entries()) {
    const description = (await loadDataset(registry, dataset)).describe(
      dataset.options,
      selection.dataDirectory === undefined ? {} : { dataDirectory: selection.dataDirectory },
    );
    const sizes = selection.latentSizes ?? choices[i]!.latentSizes ?? settings.latentSizes;
    sizes.forEach(checkLatentSize);
    for (const choice of methodChoices(settings, selection, registry)) {
      if (choice.datasets && !choice.datasets.includes(dataset.name)) continue;
      const plugin = await registry.load('method', choice.name);
      const own = ownOverrides(plugin, overrides.method);
      const method = await use(registry, 'method', choice, own);
      const augmentation = plugin.needsAugmentation?.(method.options as never)
        ? await use(
            registry,
            'augmentation',
            augmentationChoice(selection, choice, choices[i]!),
            overrides.augmentation,
          )
        : null;
      const networks = plugin.needsLossNetwork(method.options as never) ? lossNetworks : [null];
      for (const lossNetwork of networks) {
        for (const latentSize of sizes) {
          for (const backend of selection.backends) {
            for (let seed = 0; seed < seeds; seed++) {
              runs.push({
                suite: suite.name,
                profile: selection.profile,
                reference: choice.reference ?? false,
                dataset,
                description,
                method,
                label: plugin.label ?? plugin.name,
                trainsOn: plugin.trainsOn,
                latentSize,
                backend,
                seed,
                training,
                variant: choice.variant ?? null,
                lossNetwork,
                augmentation,
                evaluators,
                everyEpoch: settings.everyEpoch ?? [],
                headline: (choice.headline ?? settings.headline)[description.target.kind],
              });
            }
          }
        }
      }
    }
  }
  checkOverridesUsed(
    'method option',
    overrides.method,
    runs.flatMap((run) => Object.keys(run.method.options)),
  );
  if (selection.augmentation !== undefined && !runs.some(({ augmentation }) => augmentation)) {
    throw new ConfigurationError(
      `--augmentation: received '${selection.augmentation}', but none of the chosen methods trains on transformed images`,
    );
  }
  checkOverridesUsed(
    'augmentation option',
    overrides.augmentation,
    runs.flatMap((run) => Object.keys(run.augmentation?.options ?? {})),
  );
  return { suite, profile: selection.profile, settings, runs };
}

function datasetChoices(
  settings: SuiteProfile,
  selection: Selection,
  registry: PluginRegistry,
): readonly DatasetChoice[] {
  const own = settings.datasets;
  return choose('data set', own, selection.datasets, registry.names('dataset')).map((choice) =>
    own.includes(choice) ? choice : { ...choice, ...settings.otherDatasets },
  );
}

/** Reference rows stay whatever methods the user picks, unless the pick names only some of them. */
function methodChoices(
  settings: SuiteProfile,
  selection: Selection,
  registry: PluginRegistry,
): readonly MethodChoice[] {
  const chosen: readonly MethodChoice[] = choose(
    'method',
    settings.methods,
    selection.methods,
    registry.names('method'),
  );
  if (!selection.methods) return chosen;
  const references = settings.methods.filter((choice) => choice.reference && !chosen.includes(choice));
  return [...chosen, ...references];
}

/** The user's, else the suite's for this method or this data set, else the default. */
function augmentationChoice(
  { augmentation: name }: Selection,
  method: MethodChoice,
  dataset: DatasetChoice,
): PluginChoice {
  const own = method.augmentation ?? dataset.augmentation ?? DEFAULT_AUGMENTATION;
  return name === undefined || name === own.name ? own : { name };
}

async function chosenLossNetworks(
  registry: PluginRegistry,
  settings: SuiteProfile,
  selection: Selection,
  overrides: Readonly<Record<string, unknown>>,
): Promise<readonly PluginUse[]> {
  const available = registry.names('loss-network');
  const choices = choose('loss network', settings.lossNetworks, selection.lossNetworks, available);
  const uses: PluginUse[] = [];
  for (const choice of choices) {
    const own = ownOverrides(await registry.load('loss-network', choice.name), overrides);
    uses.push(await use(registry, 'loss-network', choice, own));
  }
  checkOverridesUsed(
    'loss-network option',
    overrides,
    uses.flatMap(({ options }) => Object.keys(options)),
  );
  return uses;
}

function nameOf(choice: PluginChoice): string {
  return choice.name;
}

async function use(
  registry: PluginRegistry,
  kind: PluginKind,
  choice: PluginChoice,
  overrides: Readonly<Record<string, unknown>> | undefined,
): Promise<PluginUse> {
  const plugin = (await registry.load(kind, choice.name)) as PluginBase;
  const options = parseOptions(plugin, { ...choice.options, ...overrides });
  return { name: plugin.name, version: plugin.version, options: options as Record<string, unknown> };
}

function parseTraining(received: Record<string, unknown>): TrainingSettings {
  const parsed = trainingSettings.safeParse(received);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(`training: ${describeIssues(parsed.error, received, trainingSettings)}`);
}

function checkLatentSize(size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new ConfigurationError(`latent size: received ${size}, valid: an integer from 1`);
  }
}

function checkEvaluatorOverrides(settings: SuiteProfile, overrides: Overrides): void {
  const valid = settings.evaluators.map(nameOf);
  for (const name of Object.keys(overrides.evaluator)) {
    if (!valid.includes(name)) throw new UnknownNameError('evaluator of this profile', name, valid);
  }
}
