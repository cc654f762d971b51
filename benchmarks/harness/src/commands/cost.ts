import { ConfigurationError, parseOptions, type TargetDescription } from '@paretrain/core';
import type { CostResult, PluginUse } from '@paretrain/store';
import { defineCommand } from 'citty';
import type { CostCell } from '../cost/cell.ts';
import { measureCost, type Measurement } from '../cost/measure.ts';
import { resolveFolders } from '../folders.ts';
import { EXIT } from '../output/exit.ts';
import { integerFlag, integerListFlag, listFlag } from '../output/flags.ts';
import { formatTable } from '../output/table.ts';
import { PluginRegistry } from '../registry/registry.ts';

/** Synthetic images carry a position, as LunarLander's do. */
const TARGET: TargetDescription = {
  kind: 'position',
  names: ['x', 'y'],
  unit: 'pixel',
  offset: [0, 0],
  scale: [1, 1],
};

export const costCommand = defineCommand({
  meta: {
    name: 'cost',
    description: 'Time a training step of methods x backends on synthetic images, interleaved in one run',
  },
  args: {
    methods: {
      type: 'string',
      description: 'Methods, separated by commas',
      default: 'I-I-PW,I-I-PS,F-I-PW,F-I-PS,I-F-FP,F-F-FP',
    },
    backends: { type: 'string', description: 'Backends, separated by commas', default: 'wasm' },
    'batch-size': { type: 'string', description: 'Images per step, separated by commas', default: '32' },
    'latent-sizes': { type: 'string', description: 'Embedding sizes, separated by commas', default: '64' },
    'image-size': { type: 'string', description: 'Height and width', default: '64' },
    targets: {
      type: 'string',
      description: 'computed: the loss network runs at every step; cached: its features come from memory',
      default: 'computed',
    },
    'loss-network': { type: 'string', description: 'Loss network', default: 'paretrain' },
    rounds: { type: 'string', description: 'Interleaved rounds', default: '10' },
    'steps-per-round': { type: 'string', description: 'Steps of each cell in a round', default: '3' },
    json: { type: 'boolean', description: 'Print one JSON object and nothing else' },
  },
  async run({ args }) {
    const registry = await PluginRegistry.discover();
    const folders = await resolveFolders({});
    const cells = await cellsOf(registry, {
      methods: listFlag('--methods', args.methods)!,
      backends: listFlag('--backends', args.backends)!,
      batchSizes: integerListFlag('--batch-size', args['batch-size'], 1)!,
      latentSizes: integerListFlag('--latent-sizes', args['latent-sizes'], 1)!,
      imageSize: integerFlag('--image-size', args['image-size'], 1)!,
      targets: targetsFlag(args.targets),
      lossNetwork: args['loss-network'],
    });
    const controller = new AbortController();
    process.once('SIGINT', () => controller.abort());
    const measurement = await measureCost(cells, {
      folders,
      rounds: integerFlag('--rounds', args.rounds, 1)!,
      stepsPerRound: integerFlag('--steps-per-round', args['steps-per-round'], 1)!,
      signal: controller.signal,
      onProgress: (done, total, text) => process.stderr.write(`cost ${done} of ${total}: ${text}\n`),
      onNotice: (text) => process.stderr.write(`note: ${text}\n`),
    });
    process.stdout.write(
      args.json ? `${JSON.stringify(costJson(measurement))}\n` : `${describe(measurement)}\n`,
    );
    const failed = measurement.outcomes.filter((outcome) => outcome.error !== null);
    for (const { cell, error } of failed) process.stderr.write(`paretrain: ${cell.method.name}: ${error}\n`);
    process.exitCode = failed.length ? EXIT.failed : EXIT.done;
  },
});

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
  },
): Promise<CostCell[]> {
  for (const backend of wanted.backends) registry.packageOf('backend', backend);
  const network = await use(registry, 'loss-network', wanted.lossNetwork);
  const image = { height: wanted.imageSize, width: wanted.imageSize, channels: 3 };
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
  kind: 'method' | 'loss-network',
  name: string,
): Promise<PluginUse> {
  const plugin = await registry.load(kind, name);
  const options = parseOptions<unknown>(plugin, {}) as Record<string, unknown>;
  return { name, version: plugin.version, options };
}

/** What `cost --json` prints. */
function costJson({ outcomes, matrixProductGflopPerSecond }: Measurement): object {
  const results = outcomes.flatMap(({ result }) => (result ? [result] : []));
  const rates = Object.values(matrixProductGflopPerSecond);
  return {
    steps: results.map((result) => ({
      method: result.method,
      backend: result.backend.name,
      batchSize: result.batchSize,
      latentSize: result.latentSize,
      imageSize: result.image.height,
      targets: result.targets,
      msPerStep: result.msPerStep,
      interval95: result.interval95,
      gflopPerStep: result.gflopPerStep,
      gflopPerSecond: result.gflopPerSecond,
      shareOfMatrixProduct: result.shareOfMatrixProduct,
      peakBytes: result.peakBytes,
    })),
    // One number for one backend, by backend for several.
    matrixProductGflopPerSecond: rates.length === 1 ? rates[0] : matrixProductGflopPerSecond,
    ...(results.length < outcomes.length
      ? {
          failures: outcomes.flatMap(({ cell, error }) =>
            error ? [{ method: cell.method.name, error }] : [],
          ),
        }
      : {}),
  };
}

function describe({ outcomes, matrixProductGflopPerSecond }: Measurement): string {
  const right = (key: string, label: string) => ({ key, label, align: 'right' as const });
  const left = (key: string, label: string) => ({ key, label, align: 'left' as const });
  const table = formatTable({
    columns: [
      left('method', 'method'),
      left('backend', 'backend'),
      right('batch', 'batch'),
      right('z', 'z'),
      left('targets', 'targets'),
      right('ms', 'ms/step'),
      right('interval', '95 % interval'),
      right('gflop', 'GFLOP'),
      right('rate', 'GFLOP/s'),
      right('share', 'of product'),
      right('peak', 'peak MB'),
      right('encode', 'encode ms/image'),
    ],
    rows: outcomes.map(({ cell, result, error }) => ({
      method: cell.method.name,
      backend: cell.backend,
      batch: String(cell.batchSize),
      z: String(cell.latentSize),
      ...(result ? figures(result) : { targets: `failed: ${error}` }),
    })),
  });
  const rates = Object.entries(matrixProductGflopPerSecond).map(
    ([backend, rate]) => `Matrix product 1024 x 1024 x 1024 on ${backend}: ${rate.toFixed(1)} GFLOP/s.`,
  );
  return `${table}\n\n${rates.join('\n')}`;
}

function figures(result: CostResult): Record<string, string> {
  return {
    targets: result.targets,
    ms: result.msPerStep.toFixed(1),
    interval: `${result.interval95[0].toFixed(1)}-${result.interval95[1].toFixed(1)}`,
    gflop: result.gflopPerStep.toFixed(2),
    rate: result.gflopPerSecond.toFixed(1),
    share: result.shareOfMatrixProduct.toFixed(2),
    peak: (result.peakBytes / 1e6).toFixed(0),
    encode: result.encodeMsPerImage?.toFixed(2) ?? '',
  };
}
