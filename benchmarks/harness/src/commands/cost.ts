import { ConfigurationError, parseOptions, type ImageShape, type TargetDescription } from '@paretrain/core';
import type { PluginUse } from '@paretrain/store';
import { defineCommand } from 'citty';
import { BackendProbes } from '../backends/backend-probes.ts';
import { BACKENDS_FLAG, leftOutTexts, selectBackends } from '../backends/select-backends.ts';
import type { CostCell } from '../cost/cell.ts';
import { measureCost } from '../cost/measure.ts';
import { MINIMUM_ROUNDS } from '../cost/median-interval.ts';
import { trainableMethods } from '../cost/trainable-methods.ts';
import { lossNetworkFolders, resolveFolders } from '../folders.ts';
import { costJson, describeCost, describeLayers } from '../output/cost-text.ts';
import { EXIT } from '../output/exit.ts';
import { integerFlag, integerListFlag, listFlag } from '../output/flags.ts';
import { DEFAULT_AUGMENTATION } from '../plan/plan.ts';
import { PluginRegistry } from '../registry/registry.ts';

/** Synthetic images carry a position, as LunarLander's do. */
const TARGET: TargetDescription = {
  kind: 'position',
  names: ['x', 'y'],
  unit: 'pixel',
  offset: [0, 0],
  scale: [1, 1],
};

/** Every method that trains. */
const ALL = 'all';

export const costCommand = defineCommand({
  meta: {
    name: 'cost',
    description:
      'Time a training step of methods x backends x batch sizes on synthetic images, interleaved in one run',
  },
  args: {
    methods: {
      type: 'string',
      description: 'Methods, separated by commas; all: every one that trains',
      default: 'I-I-PW,I-I-PS,F-I-PW,F-I-PS,I-F-FP,F-F-FP',
    },
    backends: { type: 'string', description: BACKENDS_FLAG, default: 'wasm' },
    'batch-size': { type: 'string', description: 'Images per step, separated by commas', default: '32' },
    'latent-sizes': { type: 'string', description: 'Embedding sizes, separated by commas', default: '64' },
    'image-size': { type: 'string', description: 'Height and width', default: '64' },
    targets: {
      type: 'string',
      description: 'computed: the loss network runs at every step; cached: its features come from memory',
      default: 'computed',
    },
    'loss-network': { type: 'string', description: 'Loss network', default: 'paretrain' },
    augmentation: {
      type: 'string',
      description: 'Random transformations, for the methods that train on them',
      default: DEFAULT_AUGMENTATION.name,
    },
    rounds: { type: 'string', description: `Interleaved rounds, at least ${MINIMUM_ROUNDS}`, default: '10' },
    'steps-per-round': { type: 'string', description: 'Steps of each cell in a round', default: '3' },
    layers: {
      type: 'boolean',
      description: 'Also print the operations of every layer, and of a step by kernel (in --json always)',
    },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else' },
  },
  async run({ args }) {
    const registry = await PluginRegistry.discover();
    const folders = await resolveFolders({});
    const request = {
      methods: listFlag('--methods', args.methods)!,
      batchSizes: integerListFlag('--batch-size', args['batch-size'], 1)!,
      latentSizes: integerListFlag('--latent-sizes', args['latent-sizes'], 1)!,
      imageSize: integerFlag('--image-size', args['image-size'], 1)!,
      targets: targetsFlag(args.targets),
      lossNetwork: args['loss-network'],
      augmentation: args.augmentation,
    };
    const rounds = integerFlag('--rounds', args.rounds, MINIMUM_ROUNDS)!;
    const stepsPerRound = integerFlag('--steps-per-round', args['steps-per-round'], 1)!;
    const named = request.methods.filter((name) => name !== ALL);
    for (const name of named) registry.packageOf('method', name);
    registry.packageOf('loss-network', request.lossNetwork);
    registry.packageOf('augmentation', request.augmentation);
    const chosen = await selectBackends(
      listFlag('--backends', args.backends)!,
      new BackendProbes(registry, { pluginsFrom: folders.pluginsFrom }),
    );
    const found = request.methods.includes(ALL)
      ? await trainableMethods(registry, {
          image: imageOf(request.imageSize),
          target: TARGET,
          latentSize: request.latentSizes[0]!,
          lossNetwork: request.lossNetwork,
          augmentation: request.augmentation,
          folders: lossNetworkFolders(folders),
        })
      : { methods: [], leftOut: [] };
    const leftOut = {
      methods: found.leftOut.filter(({ name }) => !named.includes(name)),
      backends: chosen.leftOut,
    };
    const notice = (text: string) => process.stderr.write(`note: ${text}\n`);
    for (const { name, reason } of leftOut.methods) notice(`method '${name}' is left out: ${reason}`);
    for (const text of leftOutTexts(chosen)) notice(text);
    const cells = await cellsOf(registry, {
      ...request,
      methods: [...new Set([...named, ...found.methods])],
      backends: chosen.backends,
    });
    if (cells.length === 0) throw new ConfigurationError('--methods all: no installed method trains');
    const controller = new AbortController();
    process.once('SIGINT', () => controller.abort());
    const measurement = await measureCost(cells, {
      folders,
      rounds,
      stepsPerRound,
      signal: controller.signal,
      onProgress: (done, total, text) => process.stderr.write(`cost ${done} of ${total}: ${text}\n`),
      onNotice: notice,
    });
    if (args.json) {
      process.stdout.write(`${JSON.stringify(costJson(measurement, leftOut))}\n`);
    } else {
      process.stdout.write(`${describeCost(measurement)}\n`);
      if (args.layers) process.stdout.write(`\n${describeLayers(measurement)}\n`);
    }
    const failed = measurement.outcomes.filter((outcome) => outcome.error !== null);
    for (const { cell, error } of failed) {
      process.stderr.write(
        `paretrain: ${cell.method.name} on ${cell.backend}, batch ${cell.batchSize}: ${error}\n`,
      );
    }
    process.exitCode = failed.length ? EXIT.failed : EXIT.done;
  },
});

function imageOf(side: number): ImageShape {
  return { height: side, width: side, channels: 3 };
}

function targetsFlag(value: string): 'computed' | 'cached' {
  if (value === 'computed' || value === 'cached') return value;
  throw new ConfigurationError(`--targets: received '${value}', valid: computed, cached`);
}

async function cellsOf(
  registry: PluginRegistry,
  wanted: {
    readonly methods: readonly string[];
    readonly backends: readonly string[];
    readonly batchSizes: readonly number[];
    readonly latentSizes: readonly number[];
    readonly imageSize: number;
    readonly targets: 'computed' | 'cached';
    readonly lossNetwork: string;
    readonly augmentation: string;
  },
): Promise<CostCell[]> {
  const network = await use(registry, 'loss-network', wanted.lossNetwork);
  const augmentation = await use(registry, 'augmentation', wanted.augmentation);
  const image = imageOf(wanted.imageSize);
  const cells: CostCell[] = [];
  for (const name of wanted.methods) {
    const plugin = await registry.load('method', name);
    const method = await use(registry, 'method', name);
    const lossNetwork = plugin.needsLossNetwork(method.options) ? network : null;
    for (const backend of wanted.backends) {
      for (const batchSize of wanted.batchSizes) {
        for (const latentSize of wanted.latentSizes) {
          const { targets } = wanted;
          cells.push({
            method,
            lossNetwork,
            ...(plugin.needsAugmentation?.(method.options) && { augmentation }),
            backend,
            image,
            target: TARGET,
            batchSize,
            latentSize,
            targets,
            imagesPerEpoch: null,
          });
        }
      }
    }
  }
  return cells;
}

async function use(
  registry: PluginRegistry,
  kind: 'method' | 'loss-network' | 'augmentation',
  name: string,
): Promise<PluginUse> {
  const plugin = await registry.load(kind, name);
  const options = parseOptions<unknown>(plugin, {}) as Record<string, unknown>;
  return { name, version: plugin.version, options };
}
