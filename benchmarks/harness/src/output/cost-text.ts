import type { CostResult } from '@paretrain/store';
import type { CellOutcome, Measurement } from '../cost/measure.ts';
import type { NetworkFlops } from '../cost/layer-flops.ts';
import { formatTable } from './table.ts';

/** What `--methods all` and `--backends all` did not take, and why. */
export interface CostLeftOut {
  readonly methods: readonly { readonly name: string; readonly reason: string }[];
  readonly backends: readonly { readonly name: string; readonly reason: string }[];
}

type Measured = Extract<CellOutcome, { readonly error: null }>;

const measured = ({ outcomes }: Measurement): Measured[] =>
  outcomes.filter((outcome): outcome is Measured => outcome.error === null);

/** What `cost --json` prints. */
export function costJson(measurement: Measurement, leftOut: CostLeftOut): object {
  const { outcomes, matrixProductGflopPerSecond } = measurement;
  const rates = Object.values(matrixProductGflopPerSecond);
  return {
    steps: measured(measurement).map(({ result, operations }) => ({
      method: result.method,
      backend: result.backend.name,
      device: result.backend.device,
      batchSize: result.batchSize,
      latentSize: result.latentSize,
      imageSize: result.image.height,
      targets: result.targets,
      msPerStep: result.msPerStep,
      interval95: result.interval95,
      gflopPerStep: result.gflopPerStep,
      gflopPerSecond: result.gflopPerSecond,
      matrixProductGflopPerSecond: result.matrixProductGflopPerSecond,
      shareOfMatrixProduct: result.shareOfMatrixProduct,
      peakBytes: result.peakBytes,
      encodeMsPerImage: result.encodeMsPerImage,
      augmentation: result.augmentation?.name ?? null,
      augmentationMsPerStep: result.augmentationMsPerStep ?? null,
      parameters: result.parameters,
      kernels: operations.kernels,
    })),
    // One number for one backend, by backend for several.
    matrixProductGflopPerSecond: rates.length === 1 ? rates[0] : matrixProductGflopPerSecond,
    layers: layersOf(measurement).map(({ method, latentSize, networks }) => ({
      method,
      latentSize,
      networks,
    })),
    leftOut,
    failures: outcomes.flatMap(({ cell, error }) =>
      error === null
        ? []
        : [
            {
              method: cell.method.name,
              backend: cell.backend,
              batchSize: cell.batchSize,
              latentSize: cell.latentSize,
              error,
            },
          ],
    ),
  };
}

const right = (key: string, label: string) => ({ key, label, align: 'right' as const });
const left = (key: string, label: string) => ({ key, label, align: 'left' as const });

/** The table of all cells and the matrix product of each backend. */
export function describeCost({ outcomes, matrixProductGflopPerSecond }: Measurement): string {
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
      ...(outcomes.some(({ result }) => result?.augmentationMsPerStep !== undefined)
        ? [right('augmentation', 'augmentation')]
        : []),
    ],
    rows: outcomes.map(({ cell, result, error }) => ({
      method: cell.method.name,
      backend: cell.backend,
      batch: String(cell.batchSize),
      z: String(cell.latentSize),
      ...(result ? figures(result) : { targets: `failed: ${error}` }),
    })),
  });
  const devices = new Map(
    outcomes.flatMap(({ result }) => (result ? [[result.backend.name, result.backend.device] as const] : [])),
  );
  const rates = Object.entries(matrixProductGflopPerSecond).map(([backend, rate]) => {
    const device = devices.get(backend);
    return `Matrix product 1024 x 1024 x 1024 on ${backend}${device ? ` (${device})` : ''}: ${figure(rate)} GFLOP/s.`;
  });
  return `${table}\n\n${rates.join('\n')}`;
}

function figures(result: CostResult): Record<string, string> {
  return {
    targets: result.targets,
    ms: result.msPerStep.toFixed(1),
    interval: `${result.interval95[0].toFixed(1)}-${result.interval95[1].toFixed(1)}`,
    gflop: result.gflopPerStep.toFixed(2),
    rate: figure(result.gflopPerSecond),
    share: result.shareOfMatrixProduct.toFixed(2),
    peak: (result.peakBytes / 1e6).toFixed(0),
    encode: result.encodeMsPerImage?.toFixed(2) ?? '',
    augmentation:
      result.augmentationMsPerStep === undefined
        ? ''
        : `${((100 * result.augmentationMsPerStep) / result.msPerStep).toFixed(1)} % of a step`,
  };
}

/** One decimal of what is 10 or more, three digits of what is less. */
function figure(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toPrecision(3);
}

/** What `cost --layers` adds: forward operations by layer, and those of a step by kernel. */
export function describeLayers(measurement: Measurement): string {
  const parts = layersOf(measurement).map(({ method, latentSize, networks, steps }) => {
    const layers = formatTable({
      columns: [
        left('network', `${method} z ${latentSize}`),
        left('layer', 'layer'),
        left('kind', 'kind'),
        right('output', 'output'),
        right('parameters', 'parameters'),
        right('flops', 'MFLOP/image'),
      ],
      rows: networks.flatMap((network) => [
        ...network.layers.map((layer) => ({
          network: network.network,
          layer: layer.layer,
          kind: layer.kind,
          output: layer.outputShape.join('x'),
          parameters: layer.parameters.toLocaleString('en-US'),
          flops: mega(layer.flops),
        })),
        { network: network.network, layer: 'all, forward', flops: mega(network.flops) },
      ]),
    });
    const kernels = formatTable({
      columns: [
        left('step', 'training step of'),
        left('kernel', 'kernel'),
        right('runs', 'runs'),
        right('flops', 'MFLOP/image'),
        right('share', 'share'),
      ],
      rows: steps.flatMap(({ cell, operations }) => {
        const total = operations.kernels.reduce((sum, { flops }) => sum + flops, 0);
        return operations.kernels.map(({ kernel, runs, flops }) => ({
          step: `batch ${cell.batchSize} on ${cell.backend}`,
          kernel,
          runs: String(runs),
          flops: mega(flops / cell.batchSize),
          share: `${((100 * flops) / total).toFixed(1)} %`,
        }));
      }),
    });
    return `${layers}\n\n${kernels}`;
  });
  return parts.join('\n\n');
}

function mega(flops: number | null): string {
  return flops === null ? 'not counted' : (flops / 1e6).toFixed(3);
}

/** The cells of each network: layers depend on method and latent size, not on backend and batch. */
function layersOf(measurement: Measurement): {
  readonly method: string;
  readonly latentSize: number;
  readonly networks: readonly NetworkFlops[];
  readonly steps: readonly Measured[];
}[] {
  const sets = new Map<string, Measured[]>();
  for (const outcome of measured(measurement)) {
    const key = `${outcome.cell.method.name} ${outcome.cell.latentSize}`;
    sets.set(key, [...(sets.get(key) ?? []), outcome]);
  }
  return [...sets.values()].map((steps) => {
    const [{ cell, operations }] = steps as [Measured];
    return {
      method: cell.method.name,
      latentSize: cell.latentSize,
      networks: operations.networks,
      steps,
    };
  });
}
