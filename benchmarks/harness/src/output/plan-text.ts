import type { DatasetUse } from '@paretrain/store';
import type { LeftOutBackend } from '../backends/select-backends.ts';
import type { MissingData } from '../data/missing-data.ts';
import type { Estimate } from '../estimate/estimate-plan.ts';
import type { Plan } from '../plan/plan.ts';

/** The plan in words: what is run on what, with which settings. */
export function describePlan(plan: Plan, options: { readonly everyRun?: boolean } = {}): string {
  const { suite, profile, runs } = plan;
  const first = runs[0];
  if (!first) return `${suite.name}, profile ${profile}: nothing to run`;
  const { training } = first;
  const unique = (values: readonly (string | number)[]) => [...new Set(values)].join(', ');
  const lossNetworks = unique(
    runs.flatMap(({ lossNetwork }) => (lossNetwork ? [describeUse(lossNetwork)] : [])),
  );
  const datasets = [...new Set(runs.map((run) => describeDataset(run.dataset)))];
  const variants = [...new Set(runs.flatMap(({ variant }) => variant ?? []))];
  const augmentations = unique(runs.flatMap(({ augmentation }) => augmentation?.name ?? []));
  const lines = [
    `${suite.title} (suite ${suite.name}, profile ${profile})`,
    ...datasets.map((dataset, i) => `  ${i === 0 ? 'data' : '    '}       ${dataset}`),
    `  methods    ${unique(runs.filter((run) => !run.reference).map((run) => run.method.name))}`,
    ...(variants.length > 0 ? [`  variants   ${variants.join(', ')}`] : []),
    ...(augmentations ? [`  augmented  ${augmentations}`] : []),
    `  reference  ${unique(runs.filter((run) => run.reference).map((run) => run.method.name)) || 'none'}`,
    `  matrix     ${lossNetworks ? `loss network ${lossNetworks}; ` : ''}latent size ${unique(runs.map((run) => run.latentSize))}; seeds ${unique(runs.map((run) => run.seed))}; ` +
      `backend ${unique(runs.map((run) => run.backend))}`,
    `  training   ${training.epochs} epochs, batch ${training.batchSize}, last ${Math.round(100 * training.validationFraction)} % validate, ` +
      `targets ${training.targets}`,
    `  evaluated  ${first.evaluators.map((evaluator) => evaluator.name).join(', ')}`,
  ];
  if (options.everyRun) {
    for (const run of runs) {
      lines.push(
        `  run        ${run.dataset.name} ${run.method.name}${run.variant === null ? '' : `, ${run.variant},`}${run.lossNetwork ? ` with ${run.lossNetwork.name}` : ''} z ${run.latentSize} seed ${run.seed} ${run.backend}`,
      );
    }
  }
  return lines.join('\n');
}

function describeUse({
  name,
  options,
}: {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}): string {
  const settings = Object.entries(options).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return settings.length ? `${name} (${settings.join(', ')})` : name;
}

/** "mnist: pad (height 32, width 32), three-channels; at most 100 images of pretrain, train and test". */
function describeDataset({ transforms, subset, ...use }: DatasetUse): string {
  const steps = transforms ? `: ${transforms.map(describeUse).join(', ')}` : '';
  const part = subset ? `; ${describeSubset(subset)}` : '';
  return `${describeUse(use)}${steps}${part}`;
}

/** "at most 100 images of pretrain, train and test". */
function describeSubset({ size, splits, orFewer }: NonNullable<DatasetUse['subset']>): string {
  const images = size < 1 ? `${100 * size} %` : `${orFewer ? 'at most ' : ''}${size} images`;
  return `${images} of ${new Intl.ListFormat('en-GB').format(splits)}`;
}

/** What is known of a plan before it is carried out. */
export interface Outlook {
  readonly estimate: Estimate;
  /** Runs without a result. */
  readonly toDo: number;
  readonly leftOut: readonly LeftOutBackend[];
  readonly missing: readonly MissingData[];
}

/** The plan for `--list --json` and `--dry-run --json`. */
export function planJson(plan: Plan, { estimate, toDo, leftOut, missing }: Outlook): object {
  return {
    ok: true,
    suite: plan.suite.name,
    profile: plan.profile,
    estimate,
    toDo,
    missing,
    backends: { names: [...new Set(plan.runs.map((run) => run.backend))], leftOut },
    runs: plan.runs.map((run) => ({
      dataset: run.dataset.name,
      datasetOptions: run.dataset.options,
      transforms: run.dataset.transforms ?? [],
      subset: run.dataset.subset ?? null,
      method: run.method.name,
      variant: run.variant,
      reference: run.reference,
      latentSize: run.latentSize,
      backend: run.backend,
      seed: run.seed,
      training: run.training,
      lossNetwork: run.lossNetwork?.name ?? null,
      lossNetworkOptions: run.lossNetwork?.options ?? null,
      augmentation: run.augmentation?.name ?? null,
      augmentationOptions: run.augmentation?.options ?? null,
      evaluators: run.evaluators.map((evaluator) => evaluator.name),
      everyEpoch: run.everyEpoch,
      headline: run.headline,
    })),
  };
}
